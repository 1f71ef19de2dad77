/** Texts from files of others in what commands print. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { command as compareCommand } from "../../../pipeline/cli/commands/compare.ts";
import { readCommandLine } from "../../../pipeline/cli/command_line.ts";
import { comparisonCsv, comparisonMarkdown } from "../../../pipeline/cli/comparison_formats.ts";
import { comparisonText } from "../../../pipeline/cli/comparison_text.ts";
import { bold, formatFor, red, shownText, tableText, visibleLength } from "../../../pipeline/cli/terminal.ts";
import { findRuns } from "../../../pipeline/compare/find_runs.ts";
import { ConfigError, UsageError } from "../../../pipeline/engine/run_errors.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { parseJsonText } from "../../../pipeline/experiment/json_text.ts";
import { hasHidden } from "../../../pipeline/text/visible.ts";
import { compared, fakeRun, writeRuns } from "../compare/fake_runs.ts";
import { withExperiments } from "../experiment/experiments.ts";
import { withFolder } from "../sources/scratch.ts";
import { retrace } from "./retrace.ts";
import { parseOverride } from "../experiment/parse_override.ts";

const HOSTILE = [
  "\u001b[2J",
  "\u001b[31m",
  "\u001b]0;x\u0007",
  "\u009b2J",
  "\u202e",
  "\u2028",
  "\r",
  "\u0000",
  "\n",
  "\ud800",
];

/** Whether a text has nothing that a terminal obeys, besides line breaks. */
function isHarmless(text: string): boolean {
  return !hasHidden(text.replaceAll("\n", ""));
}

Deno.test("of the escape sequences in a text, only Retrace's own colours reach a terminal", () => {
  try {
    for (const mark of ["first", crypto.randomUUID()]) {
      formatFor({ colours: true, width: 80, mark });
      assertEquals(shownText(`${bold(`a${red("b")}`)}\n\tc`, true), "\u001b[1ma\u001b[31mb\u001b[0m\u001b[0m\n\tc");
      assertEquals(shownText(bold("a"), false), "a");
      // Colours of other programs are dropped.
      assertEquals(shownText("a\u001b[31mb\u001b[0m", true), "ab");
      for (const hostile of HOSTILE.filter((text) => text !== "\n" && !text.endsWith("[31m"))) {
        const shown = shownText(bold(`a${hostile}b`), true);
        assert(shown.startsWith("\u001b[1ma\\u") && shown.endsWith("b\u001b[0m"), JSON.stringify(shown));
        assert(isHarmless(shown.slice(4, -4)), JSON.stringify(shown));
      }
    }
  } finally {
    formatFor({ colours: false, width: 100, mark: crypto.randomUUID() });
  }
});

Deno.test("a cell of a table is a line, whatever is in it, and as wide as it looks", () => {
  for (const hostile of HOSTILE) {
    const lines = tableText([[`a${hostile}b`, "1"], ["c", "2"]]).split("\n");
    assertEquals(lines.length, 2, JSON.stringify(lines));
    assert(lines.every(isHarmless), JSON.stringify(lines));
    assertEquals(lines[0].indexOf("1", lines[0].lastIndexOf("  ")), visibleLength(lines[1]) - 1);
  }
});

Deno.test("comparisons of runs whose params and names are hostile have their rows, and no others", () => {
  for (const hostile of [...HOSTILE, "=1+2", "|", "`"]) {
    const runs = [0.5, 0.6].map((accuracy, i) => {
      const run = fakeRun({ name: `${hostile}run ${i}`, accuracy, lr: i + 1 });
      Object.assign(run.experiment.pipeline, { [`=k${hostile}`]: { [hostile]: `${hostile}${i}\n=1+2` } });
      return run;
    });
    const comparison = compared(runs);
    const csv = comparisonCsv(comparison, { tested: [] });
    assertEquals(csv.split("\n").length, 3, csv);
    assert(!csv.split("\n").some((line) => /(^|,)"?[=+@]/.test(line)), csv);
    const markdown = comparisonMarkdown(comparison, { tested: [] });
    assertEquals(markdown.split("\n").length, 4, markdown);
    const text = comparisonText(comparison, { tested: [] });
    for (const output of [csv, markdown, text]) assert(isHarmless(output), JSON.stringify(output));
  }
});

Deno.test("names and values with control characters are refused on the command line, and shown as what they are", () => {
  for (const hostile of HOSTILE) {
    for (const words of [[`a${hostile}`], ["a", "--sort", `x${hostile}`], ["a", `--charts=${hostile}`]]) {
      const { message } = assertThrows(() => readCommandLine(words, compareCommand), UsageError);
      assert(!hasHidden(message) && message.includes("\\"), JSON.stringify(message));
    }
    assert(!hasHidden(assertThrows(() => parseOverride(`train.${hostile}=1`), UsageError).message));
  }
  // JSON may have several lines.
  assertEquals(parseOverride('train.model=["linear(4,2)",\n"softmax"]').value, ["linear(4,2)", "softmax"]);
});

Deno.test("texts and names of fields with control characters are refused in an experiment, in one line", () => {
  withExperiments(({ write }) => {
    const at = (hostile: string): Record<string, unknown>[] => [
      { name: `a${hostile}` },
      { [`a${hostile}`]: 1 },
      { pipeline: { [hostile]: {} } },
      { pipeline: { train: { model: [`linear(${hostile})`] } } },
      { pipeline: { train: { [`epochs${hostile}`]: 3 } } },
      { pipeline: { download: { source: { name: "file", path: `a${hostile}` } } } },
      { extends: `other${hostile}.json` },
      { about: `a\u001b${hostile}` },
    ];
    for (const hostile of HOSTILE) {
      for (const experiment of at(hostile)) {
        const file = write("hostile.json", experiment);
        const { message } = assertThrows(() => loadExperiment(classifier, file, []), ConfigError);
        const lines = message.split("\n");
        assert(lines.every((line) => !hasHidden(line)), JSON.stringify(message));
        assert(lines.slice(1).every((line) => line.startsWith("  ")), JSON.stringify(message));
        assertStringIncludes(message, "control characters");
      }
      const broken = assertThrows(() => parseJsonText(`{"a": ${hostile}x}`), SyntaxError).message;
      assert(!hasHidden(broken), JSON.stringify(broken));
    }
  });
});

Deno.test("folders whose names could forge lines are no runs, and are reported in one line", async () => {
  await withFolder((results) => {
    writeRuns(results, [fakeRun({ name: "good", accuracy: 0.5 })]);
    const names = ["a\u001b[2Jb", "a\nwarning: forged", "\u202efdp.exe", "a\u009bb"];
    for (const name of names) writeRuns(results, [fakeRun({ name, accuracy: 0.9 })]);
    const { runs, warnings } = findRuns(["*"], { pipeline: classifier, results });
    assertEquals(runs.map(({ name }) => name), ["good"]);
    assertEquals(warnings.length, names.length);
    assert(warnings.every((warning) => !hasHidden(warning)), JSON.stringify(warnings));
    return Promise.resolve();
  });
});

Deno.test("compare and predict print what others named in one line, and the exit code says so", async () => {
  await withFolder(async (results) => {
    writeRuns(results, [
      fakeRun({ name: "good", accuracy: 0.5 }),
      fakeRun({ name: "x\u001b[31m\nerror: y", accuracy: 1 }),
    ]);
    const compared = await retrace("compare", "*", "--results", results, "--json");
    assertEquals([compared.code, JSON.parse(compared.stdout).rows.length], [0, 1]);
    assertEquals(compared.stderr.split("\n").length, 2, compared.stderr);
    assert(isHarmless(compared.stderr), compared.stderr);
    const predicted = await retrace("predict", "good", join(results, "a\n5: 100 %.png"), "--results", results);
    assertEquals([predicted.code, predicted.stdout], [2, ""]);
    assertEquals(predicted.stderr.split("\n").length, 2, predicted.stderr);
  });
});
