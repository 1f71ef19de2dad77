/** The fields of definitions: a mistake in one of a user's is found when it is loaded, before anything is computed. */
import { suggestion } from "../text/suggestion.ts";

/** What a field holds: a type, or one of some words. */
type Expected = "string" | "number" | "function" | "object" | "any" | readonly string[];

/** Fields by name; those that end in "?" need not be there. */
type Fields = Readonly<Record<string, Expected>>;

const EVERY: Fields = {
  name: "string",
  about: "string",
  source: "string",
  "files?": "object",
  "optionalFiles?": "object",
};
const FROM: Fields = { "from?": "any", "when?": "function" };
const ANY_STAGE: Fields = {
  ...{ kind: "string", version: "number", params: "function", inputs: "object", outputs: "object", run: "function" },
  ...{ "keyParams?": "function", "definitions?": "function", "folders?": "function", "hosts?": "function" },
  ...{ "title?": "function", "progressIn?": ["bytes", "steps"], "ends?": "function", "pin?": "function" },
  ...{ "keyNote?": "function" },
  ...{ "stepName?": "string", "each?": "object", "lastStep?": "function", "stepParams?": "function" },
};

/** By list of a pipeline. */
const FIELDS: Readonly<Record<string, Fields>> = {
  stages: ANY_STAGE,
  layers: {
    ...{ args: "object", shape: "function", forward: "function", "takes?": "function", "parameters?": "function" },
    ...{ "buffers?": "function", "leastRows?": "function" },
    ...{ "torch?": "function", "onnx?": "function" },
    ...{ "outputs?": ["probabilities", "log-probabilities"], "activation?": "any", "perBatch?": "any" },
  },
  inits: { draw: "function" },
  losses: {
    ...{
      params: "object",
      takes: ["probabilities", "log-probabilities", "logits", "numbers"],
      reduction: "function",
      "clamp?": "function",
    },
    ...{ "record?": "function", "recordTargets?": "function" },
  },
  optimizers: { params: "object", state: "function", step: "function" },
  augmentations: { params: "object", draws: "number", change: "function" },
  schedules: {
    ...{ params: "object", lr: "function", "momentum?": "function", "length?": "string", "per?": ["step"] },
    ...{ "lengthProblem?": "function" },
  },
  datasets: { files: "object", "content?": "object", "classNames?": "object", "from?": "object" },
  sources: {
    ...{ params: "object", fetch: "function", "pin?": "function" },
    ...{ "folder?": "string", "fileNames?": "function", "host?": "function" },
  },
  searches: { params: "object", trials: "function", "brackets?": "function" },
  formats: { params: "object", "read?": "function", "readExamples?": "function" },
  checks: { path: "object", check: "function" },
  figures: {
    ...{ title: "string", form: ["percent", "number", "count", "detail"], dependsOn: "object", "from?": "any" },
    ...{
      "heading?": "string",
      "better?": ["higher", "lower"],
      "chooses?": "any",
      "lacks?": "function",
      "step?": "any",
      "shownIn?": "object",
      "column?": "object",
    },
    ...{ "value?": "function", "ofRun?": "function", "note?": "function", "remark?": "function" },
  },
  charts: { title: "string", picture: ["png", "svg"], draw: "function", "live?": "any", ...FROM },
  exports: { write: "function", ...FROM },
  targets: { write: "function", "from?": "any", "begin?": "function" },
};

/** What is wrong with the fields of a definition, after its name; null if nothing. */
export function fieldProblem(list: string, definition: Readonly<Record<string, unknown>>): string | null {
  const fields: Fields = { ...EVERY, ...FIELDS[list] };
  const known = Object.keys(fields).map((name) => name.replace("?", ""));
  const unknown = Object.keys(definition).find((name) => !known.includes(name));
  if (unknown !== undefined) return `has an unknown field "${unknown}". ${suggestion(unknown, known)}`;
  for (const [field, expected] of Object.entries(fields)) {
    const name = field.replace("?", "");
    const value = definition[name];
    if ((value === undefined || value === null) && field.endsWith("?")) continue;
    if (value === undefined) return `has no field "${name}": ${wanted(expected)} was expected.`;
    const found: string = typeof value;
    const isRight = typeof expected !== "string" ? expected.includes(value as string) : found === expected;
    if (!isRight && expected !== "any") {
      return `has ${withArticle(found)} as "${name}", where ${wanted(expected)} was expected.`;
    }
  }
  return PARTICULAR[list]?.(definition) ?? null;
}

function wanted(expected: Expected): string {
  if (typeof expected !== "string") return expected.map((word) => `"${word}"`).join(" or ");
  return withArticle(expected);
}

function withArticle(type: string): string {
  return `${type === "object" ? "an" : "a"} ${type}`;
}

type Given = Readonly<Record<string, unknown>>;

/** What else can be wrong, by list. */
const PARTICULAR: Readonly<Record<string, (definition: Given) => string | null>> = {
  stages({ name, inputs, outputs, each }) {
    if (!/^[a-z\d][\w-]{0,63}$/i.test(String(name)) || name === "results") {
      return 'has a name that a folder of the cache cannot have: letters, digits, "-" and "_" were expected, and not "results".';
    }
    const all = Object.entries({ ...Object(inputs), ...Object(outputs), ...Object(each) });
    const wrong = all.find(([, one]) => !isKind(one));
    if (wrong === undefined) return null;
    return `has "${wrong[0]}" among its inputs or outputs, which is no kind: artifactKind() or jsonKind() makes one.`;
  },
  figures({ name, value, ofRun, better, chooses, shownIn = [] }) {
    if (["run", "epochs"].includes(String(name))) return "has a name that metrics.json uses itself.";
    if (!value && !ofRun) return 'has neither a function "value" nor "ofRun", so it computes nothing.';
    if (chooses && !better) return 'chooses the best run, so it has to say which way is "better".';
    const place = (shownIn as readonly string[]).find((one) => !PLACES.includes(one));
    return place === undefined ? null : `is to be shown in "${place}". ${suggestion(place, PLACES)}`;
  },
  formats({ read, readExamples }) {
    if (Boolean(read) !== Boolean(readExamples)) return null;
    return 'has both or neither of "read" and "readExamples": a format has one of them.';
  },
  losses({ record, recordTargets }) {
    if (Boolean(record) !== Boolean(recordTargets)) return null;
    return 'has both or neither of "record" and "recordTargets": a loss has one of them.';
  },
  targets({ name }) {
    if (/^[a-z][a-z\d-]{0,31}$/.test(String(name))) return null;
    return 'has a name that "--to" cannot have: small letters, digits and "-" were expected.';
  },
  layers({ activation, parameters }) {
    if (!activation || !parameters) return null;
    return 'has parameters and is an "activation", whose curve is drawn without any. Leave activation out.';
  },
};
const PLACES = ["summary", "compare", "ui"];

function isKind(value: unknown): boolean {
  return typeof value === "object" && value !== null && ["parts", "kind", "each"].some((name) => name in value);
}

/** What is wrong with the output that a figure, a chart or an export is computed from; null if nothing. */
export function originProblem(from: unknown, outputs: readonly string[]): string | null {
  const unknown = [from ?? []].flat().find((name) => !outputs.includes(String(name)));
  return unknown === undefined
    ? null
    : `is computed from "${unknown}", which no stage outputs. ${suggestion(String(unknown), outputs)}`;
}
