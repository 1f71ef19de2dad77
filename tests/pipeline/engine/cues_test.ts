import { assertEquals } from "@std/assert";
import { type Cue, differences, plainDifferences } from "../../../pipeline/engine/why/cues.ts";
import type { Request, StageRecord } from "../../../pipeline/engine/keys/record.ts";
import { describeCue } from "../../../pipeline/engine/why/cue_text.ts";

const REQUEST: Request = {
  stage: "train",
  version: 1,
  code: "c",
  params: { lr: 0.1, loss: { name: "mse", clamp: null }, model: ["linear(2,1)"] },
  inputs: { rows: "1".repeat(64), states: ["2".repeat(64), "3".repeat(64)] },
};
const FILES = { "train.ts": "a", "kernel.wasm": "b" };

function recordOf(request: Partial<Request>, files: Record<string, string> = FILES): StageRecord {
  return { request: { ...REQUEST, ...request }, files, outputs: {}, seconds: 0 };
}

function withParams(params: Record<string, unknown>): Partial<Request> {
  return { params: { ...REQUEST.params, ...params } };
}

for (
  const [what, record, cue, words] of [
    [
      "a param changed",
      recordOf(withParams({ lr: 1 })),
      { kind: "param", path: "lr", old: 1, new: 0.1 },
      "lr: 1 → 0.1",
    ],
    [
      "a nested param changed",
      recordOf(withParams({ loss: { name: "cross-entropy", clamp: null } })),
      { kind: "param", path: "loss.name", old: "cross-entropy", new: "mse" },
      'loss.name: "cross-entropy" → "mse"',
    ],
    [
      "a nested param was added",
      recordOf(withParams({ loss: { name: "mse" } })),
      { kind: "param", path: "loss.clamp", old: undefined, new: null },
      "loss.clamp: not set → null",
    ],
    [
      "a param was removed",
      recordOf(withParams({ seed: 7 })),
      { kind: "param", path: "seed", old: 7, new: undefined },
      "seed: 7 → not set",
    ],
    [
      "a list changed",
      recordOf(withParams({ model: ["linear(2,1)", "relu"] })),
      { kind: "param", path: "model", old: ["linear(2,1)", "relu"], new: ["linear(2,1)"] },
      'model: ["linear(2,1)","relu"] → ["linear(2,1)"]',
    ],
    [
      "a value became an object",
      recordOf(withParams({ loss: "mse" })),
      { kind: "param", path: "loss", old: "mse", new: { name: "mse", clamp: null } },
      'loss: "mse" → {"name":"mse","clamp":null}',
    ],
    [
      "an input changed",
      recordOf({ inputs: { ...REQUEST.inputs, rows: "9".repeat(64) } }),
      { kind: "input", name: "rows", old: "9".repeat(64), new: "1".repeat(64) },
      "input rows: 9999999999 → 1111111111",
    ],
    [
      "an input was added",
      recordOf({ inputs: { states: REQUEST.inputs.states } }),
      { kind: "input", name: "rows", old: undefined, new: "1".repeat(64) },
      "input rows: none → 1111111111",
    ],
    [
      "the stage's version changed",
      recordOf({ version: 3 }),
      { kind: "version", old: 3, new: 1 },
      "stage version: 3 → 1",
    ],
    [
      "a source file changed",
      recordOf({}, { ...FILES, "train.ts": "z" }),
      { kind: "code", file: "train.ts", old: "z", new: "a" },
      "code: train.ts changed",
    ],
    [
      "a source file is new",
      recordOf({}, { "train.ts": "a" }),
      { kind: "code", file: "kernel.wasm", old: undefined, new: "b" },
      "code: kernel.wasm is new",
    ],
    [
      "a source file was removed",
      recordOf({}, { ...FILES, "old.ts": "o" }),
      { kind: "code", file: "old.ts", old: "o", new: undefined },
      "code: old.ts was removed",
    ],
  ] as [string, StageRecord, Cue, string][]
) {
  Deno.test(`differences() returns one cue with old and new value if ${what}`, () => {
    assertEquals(differences(REQUEST, FILES, record), [cue]);
    assertEquals(describeCue(cue), words);
  });
}

Deno.test("differences() returns a cue if any entry of a list of inputs changed", () => {
  const entries = REQUEST.inputs.states as string[];
  const others = [
    ["9".repeat(64), entries[1]],
    [entries[0], "9".repeat(64)],
    entries.slice(0, 1),
    [...entries].reverse(),
  ];
  for (const states of others) {
    const cues = differences(REQUEST, FILES, recordOf({ inputs: { ...REQUEST.inputs, states } }));
    assertEquals(cues.map(({ kind }) => kind), ["input"]);
    const [words] = cues.map(describeCue);
    assertEquals(/^input states: \d × [0-9a-f]{10} → 2 × [0-9a-f]{10}$/.test(words), true, words);
  }
});

Deno.test("differences() returns nothing for the request of the record", () => {
  assertEquals(differences(REQUEST, FILES, recordOf({})), []);
});

Deno.test("describeCue() describes the other cues", () => {
  const texts: [Cue, string][] = [
    [{ kind: "first" }, "no earlier run is stored"],
    [{ kind: "forced" }, "forced"],
    [
      { kind: "damaged", output: "weights", digest: "ab".repeat(32), path: "cache/w", found: "missing" },
      "stored weights (ababababab) is missing: cache/w",
    ],
    [{ kind: "code", file: "npm:zod", old: "4.1.12", new: "4.1.13" }, "code: npm:zod 4.1.12 → 4.1.13"],
    [{ kind: "steps", stepName: "epoch", stored: 40, wanted: 60 }, "epochs up to 40 of 60 are stored"],
    [{ kind: "steps", stepName: "epoch", stored: 0, wanted: 60 }, "no epoch after epoch 0 is stored"],
  ];
  for (const [cue, words] of texts) assertEquals(describeCue(cue), words);
});

Deno.test("plainDifferences() lists every path at which two values differ, sorted", () => {
  assertEquals(
    plainDifferences({ b: 1, a: { x: 1, y: [1] }, same: null }, { a: { x: 2, y: [1] }, c: false, same: null }, ""),
    [{ path: "a.x", a: 1, b: 2 }, { path: "b", a: 1, b: undefined }, { path: "c", a: undefined, b: false }],
  );
});
