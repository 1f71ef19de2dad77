/** Malicious experiment files. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { ConfigError, UsageError } from "../../../pipeline/engine/run_errors.ts";
import { withExperiments } from "./experiments.ts";
import { toys } from "./toy_pipeline.ts";
import { parseOverride } from "./parse_override.ts";

Deno.test("loadExperiment() rejects a file that is too long or nested too deeply, before it is parsed", () => {
  withExperiments(({ write }) => {
    const rejected = (text: string) =>
      assertThrows(() => loadExperiment(toys, write("x.json", text), []), ConfigError).message;
    assertStringIncludes(rejected(" ".repeat(2 ** 15 + 1)), "it has 32769 bytes, but an experiment has at most 32768");
    for (const open of ["[", '{"a":', '{"a":[']) {
      assertStringIncludes(rejected(open.repeat(5000)), "at most 64 levels of brackets");
    }
  });
});

Deno.test("loadExperiment() says in which file of a chain a field is twice, a byte is not UTF-8, or an integer is rounded", () => {
  withExperiments(({ write, good }) => {
    const whole = JSON.stringify(good(), null, 2);
    const cases: [text: string, ...parts: string[]][] = [
      [
        whole.replace('"seed"', '"seed": 5,\n  "seed"'),
        "line 4, column 3",
        '"seed" is there twice',
        "line 3, column 3",
      ],
      [whole.replace(/"seed": \d+/, '"seed": 9007199254740993'), "line 3, column 11", "9007199254740993"],
      [whole.replace('"name": "', '"about": "caf\xe9", "name": "'), "line 2, column 16: byte 17", "0xe9"],
    ];
    const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
    for (const [text, ...parts] of cases) {
      const base = write("base.json", whole);
      Deno.writeFileSync(base, latin1(text));
      for (const file of [base, write("x.json", '{ "extends": "base.json" }')]) {
        const { message } = assertThrows(() => loadExperiment(toys, file, []), ConfigError);
        for (const part of [base, ...parts]) assertStringIncludes(message, part);
      }
    }
  });
});

Deno.test("loadExperiment() rejects folders and devices", () => {
  withExperiments(({ folder }) => {
    for (const path of [folder, ...(Deno.build.os === "windows" ? [] : ["/dev/zero"])]) {
      assertThrows(() => loadExperiment(toys, path, []), ConfigError, "it is not a file");
    }
  });
});

Deno.test("loadExperiment() treats __proto__ and constructor as unknown fields", () => {
  withExperiments(({ write, good }) => {
    write("base.json", good());
    const own = '"__proto__": { "polluted": 1, "seed": 5 }, "constructor": { "prototype": { "polluted": 1 } }';
    const texts = [
      `{ "extends": "base.json", ${own} }`,
      `{ "extends": "base.json", "pipeline": { "fit": { ${own} } } }`,
    ];
    for (const text of texts) {
      const { message } = assertThrows(() => loadExperiment(toys, write("x.json", text), []), ConfigError);
      assertStringIncludes(message, "__proto__: unknown field");
      assertStringIncludes(message, "constructor: unknown field");
    }
    const file = write("good.json", good());
    for (const set of ["fit.__proto__.polluted=1", "fit.constructor.prototype.polluted=1", "fit.__proto__=[]"]) {
      assertThrows(() => loadExperiment(toys, file, [parseOverride(set)]), ConfigError, "unknown field");
    }
    assertEquals("polluted" in {}, false);
  });
});

Deno.test("loadExperiment() shows 20 of 2,000 problems", () => {
  withExperiments(({ write, good }) => {
    const fields = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`f${i}`, 0]));
    const file = write("x.json", JSON.stringify({ ...good(), ...fields }));
    const { message } = assertThrows(() => loadExperiment(toys, file, []), ConfigError);
    assertStringIncludes(message, "  and more");
    assert(message.length < 20_000);
  });
});

Deno.test("loadExperiment() reports 5,000 invalid layers briefly", () => {
  withExperiments(({ write, good }) => {
    const experiment = good();
    experiment.pipeline.fit.model = Array.from({ length: 5000 }, () => []);
    const { message } = assertThrows(
      () => loadExperiment(toys, write("x.json", JSON.stringify(experiment)), []),
      ConfigError,
    );
    assertStringIncludes(message, "pipeline.fit.model.0: expected a string, but found []");
    assert(message.length < 20_000);
  });
});

Deno.test("loadExperiment() rejects more than 32 files that extend each other", () => {
  withExperiments(({ write, good }) => {
    write("0.json", good());
    for (let i = 1; i <= 40; i++) write(`${i}.json`, { extends: `${i - 1}.json` });
    const load = (i: number) => loadExperiment(toys, write(`top-${i}.json`, { extends: `${i}.json` }), []);
    assertEquals(load(30).experiment.pipeline.fit.epochs, 2);
    assertThrows(() => load(40), ConfigError, "extends a chain of more than 32 files");
  });
});

Deno.test("loadExperiment() rejects names that are paths, or devices on some systems", () => {
  withExperiments(({ write, good }) => {
    const rejected = (change: (experiment: ReturnType<typeof good>) => void) => {
      const experiment = good();
      change(experiment);
      assertThrows(
        () => loadExperiment(toys, write("x.json", experiment), []),
        ConfigError,
        "is not a valid experiment",
      );
    };
    for (const name of ["..", ".", ".hidden", "a/b", "a\\b", "a\0", "", "con", "NUL.txt", "com1", "ends."]) {
      rejected((experiment) => experiment.name = name);
    }
  });
});

Deno.test("parseOverride() takes paths as messages and files have them", () => {
  assertEquals(parseOverride("pipeline.train.epochs=5"), parseOverride("train.epochs=5"));
  assertEquals(parseOverride("pipeline.train.epochs=5"), { path: "train.epochs", value: 5 });
});

Deno.test("parseOverride() rejects a value that is nested too deeply", () => {
  assertThrows(() => parseOverride(`seed=${"[".repeat(1000)}`), UsageError, "levels of brackets");
});
