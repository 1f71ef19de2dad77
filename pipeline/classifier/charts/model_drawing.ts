/**
 * The computation graph of a training step: its operations from top to bottom, their inputs at the left, and the
 * gradients that flow back, with all shapes. What the article draws by hand (section "Computation Graph").
 */
import type { RecordingDescription } from "../../../core/autograd/recording.ts";
import { describe } from "../../../core/tensor/tensor.ts";
import { fitText, textWidth } from "../../charts/fitted_text.ts";
import type { Drawing } from "../../charts/marks.ts";
import { arrowAlong, boxAt, textAt } from "../../charts/svg.ts";
import { MARGIN, SIZES } from "../../charts/theme.ts";
import { countText } from "../../text/numbers.ts";

type Value = RecordingDescription["values"][number];
type Step = RecordingDescription["steps"][number];

/** More if a backward rule needs it. */
const LEAST_WIDTH = 890;
/** Left edges and widths of the three columns: inputs, operations, backward rules. */
const SIDE = { left: MARGIN, width: 260, height: 38, gap: 8 };
const OP = { left: 372, width: 230, height: 54 };
const CENTRE = OP.left + OP.width / 2;
const RULES = OP.left + OP.width + 24;
const FLOW = { height: 50, apart: 14 };
const LEAF_HEIGHT = 30;
const BOLD = { size: 13, weight: "bold" } as const;

/** Draws a recorded training step. */
export function modelDrawing(recording: RecordingDescription): Drawing {
  const { values, steps } = recording;
  let before = steps[0].inputs[0];
  let top = LEAF_HEIGHT + FLOW.height;
  const body = [...drawLeaf(`examples ${shapeText(values[before])}`, 0), ...drawFlow(values[before], LEAF_HEIGHT)];
  for (const step of steps) {
    const sides = sidesOf(step, recording, before);
    const sideHeight = sides.length * (SIDE.height + SIDE.gap) - SIDE.gap;
    const height = Math.max(OP.height, sideHeight);
    const first = top + (height - sideHeight) / 2;
    body.push(...drawOperation(step, values, top, height));
    body.push(...sides.flatMap((side, i) => drawSide(side, first + i * (SIDE.height + SIDE.gap))));
    top += height;
    body.push(...drawFlow(values[step.output], top));
    top += FLOW.height;
    before = step.output;
  }
  body.push(...drawLeaf(`loss L ${shapeText(values[before])}`, top));
  const parameters = values.filter(({ parameter }) => parameter !== null);
  const backward = steps.filter(({ output }) => values[output].hasGradient).length;
  return {
    kind: "drawing",
    note: `${steps.length} operations forward (blue, solid), ${backward} backward (orange, dashed; ∂z means ∂L/∂z); ` +
      `${parametersText(parameters)} in ${parameters.length} tensors.`,
    size: { width: widthOf(steps, values), height: top + LEAF_HEIGHT },
    body: body.join("\n"),
  };
}

/** Wide enough for every backward rule. */
function widthOf(steps: readonly Step[], values: readonly Value[]): number {
  const widths = steps.flatMap((step) => rulesOf(step, values)).map((rule) => textWidth(rule, { size: SIZES.note }));
  return Math.ceil(Math.max(LEAST_WIDTH, ...widths.map((width) => RULES + width + MARGIN)));
}

/** The backward rules of an operation. The gradient of the images is not needed. */
function rulesOf({ formula, inputs, output }: Step, values: readonly Value[]): string[] {
  const backward = values[output].hasGradient ? formula?.backward ?? [] : [];
  return backward.filter((line) => !line.startsWith("∂x") || values[inputs[0]].hasGradient);
}

/** An input of an operation that comes from the side. */
interface Side {
  readonly text: string;
  readonly detail?: string;
  readonly isParameter?: boolean;
  readonly hasGradient?: boolean;
}

/** All inputs except the one that comes from the operation above, and the settings. */
function sidesOf(step: Step, { values, steps }: RecordingDescription, above: number): Side[] {
  const inputs = step.inputs.filter((input, i) => input !== above || step.inputs.indexOf(input) !== i);
  const sides = inputs.map((input): Side => {
    const value = values[input];
    const { parameter, hasGradient } = value;
    if (parameter !== null) {
      const text = `${parameter}  ${shapeText(value)}`;
      return { text, detail: parametersText([value]), isParameter: true, hasGradient };
    }
    const maker = steps.findIndex(({ output }) => output === input);
    const origin = maker < 0 ? "input" : `from operation ${maker + 1}, ${steps[maker].op}`;
    return { text: `${origin}  ${shapeText(value)}`, hasGradient };
  });
  const settings = Object.entries(step.settings ?? {}).map(([name, value]) => ({
    text: `${name}: ${valueText(value)}`,
  }));
  return [...sides, ...settings];
}

/** A setting of an operation: "uint8 [64]" for labels, a number as it is. */
function valueText(value: unknown): string {
  const isTensor = typeof value === "object" && value !== null && "dtype" in value;
  return isTensor ? describe(value as Parameters<typeof describe>[0]) : String(value);
}

/** The origin of the images or the end of the loss, on the line of the flow. */
function drawLeaf(text: string, top: number): string[] {
  return [
    boxAt({ x: OP.left, y: top, width: OP.width, height: LEAF_HEIGHT }, "ink", LEAF_HEIGHT / 2),
    textAt(CENTRE, top + LEAF_HEIGHT / 2, fitText(text, BOLD, OP.width - 16), { weight: "bold", align: "center" }),
  ];
}

/** A value that flows down, and its gradient that flows up. */
function drawFlow(value: Value, top: number): string[] {
  const [down, up, y, bottom] = [CENTRE - FLOW.apart, CENTRE + FLOW.apart, top + FLOW.height / 2, top + FLOW.height];
  const forward = [
    arrowAlong([[down, top], [down, bottom]], "blue"),
    textAt(down - 10, y, shapeText(value), { colour: "blue", align: "right" }),
  ];
  if (!value.hasGradient) return [...forward, textAt(up + 10, y, "no gradient needed", { colour: "grey" })];
  return [
    ...forward,
    arrowAlong([[up, bottom], [up, top]], "vermilion", true),
    textAt(up + 10, y, `∂ ${shapeText(value)}`, { colour: "vermilion" }),
  ];
}

/** The box of an operation, and at its right its backward rules. */
function drawOperation(step: Step, values: readonly Value[], top: number, height: number) {
  const [{ op, formula }, middle, rules] = [step, top + height / 2, rulesOf(step, values)];
  const look = { size: 15, weight: "bold", align: "center" } as const;
  return [
    boxAt({ x: OP.left, y: top, width: OP.width, height }, "blue"),
    textAt(CENTRE, formula === null ? middle : middle - 10, op, look),
    ...(formula === null ? [] : [textAt(CENTRE, middle + 11, formula.forward, { align: "center" })]),
    ...rules.map((line, i) => textAt(RULES, middle + (i - (rules.length - 1) / 2) * 18, line, { colour: "vermilion" })),
  ];
}

/** A box at the left of an operation, with its arrows. */
function drawSide({ text, detail = "", isParameter = false, hasGradient = false }: Side, y: number): string[] {
  const [left, right, middle] = [SIDE.left + 10, SIDE.left + SIDE.width, y + SIDE.height / 2];
  const apart = hasGradient ? 6 : 0;
  const [forward, backward] = [middle - apart, middle + apart];
  const weight = isParameter ? "bold" : "normal";
  const parts = [
    boxAt({ x: SIDE.left, y, width: SIDE.width, height: SIDE.height }, isParameter ? "green" : "grey"),
    textAt(left, detail === "" ? middle : middle - 8, fitText(text, BOLD, SIDE.width - 20), { weight }),
    arrowAlong([[right, forward], [OP.left, forward]], isParameter ? "blue" : "grey"),
  ];
  if (detail !== "") parts.push(textAt(left, middle + 9, detail, { colour: "grey", size: 12 }));
  if (!hasGradient) return parts;
  return [
    ...parts,
    arrowAlong([[OP.left, backward], [right, backward]], "vermilion", true),
    textAt((right + OP.left) / 2, backward + 11, "∂", { colour: "vermilion", align: "center", size: 12 }),
  ];
}

function shapeText({ shape }: Value): string {
  return `[${shape.join(", ")}]`;
}

function parametersText(values: readonly Value[]): string {
  const count = values.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return `${countText(count)} parameter${count === 1 ? "" : "s"}`;
}
