/**
 * The computation graph of a training step: its operations from top to bottom, what goes into them at the left, and the
 * gradients that flow back, with all shapes. What the article draws by hand (section "Computation Graph").
 */
import type { RecordingDescription } from "../../../core/autograd/recording.ts";
import { describe } from "../../../core/tensor/tensor.ts";
import { fitText } from "../../charts/fitted_text.ts";
import type { Drawing } from "../../charts/marks.ts";
import { arrowAlong, boxAt, textAt } from "../../charts/svg.ts";
import { MARGIN } from "../../charts/theme.ts";
import { countText } from "../../text/numbers.ts";

type Value = RecordingDescription["values"][number];
type Step = RecordingDescription["steps"][number];

const WIDTH = 890;
/** Left edges and widths of the three columns: what goes in, operations, backward rules. */
const SIDE = { left: MARGIN, width: 260 };
const OP = { left: 372, width: 230, height: 54 };
const RULES = { left: OP.left + OP.width + 24 };
const SIDE_BOX = { height: 38, gap: 8 };
const FLOW = { height: 50, apart: 14 };
const BOLD = { size: 13, weight: "bold" } as const;

/** Draws a recorded training step. */
export function modelDrawing(recording: RecordingDescription): Drawing {
  const { values, steps } = recording;
  let before = steps[0].inputs[0];
  let top = 30 + FLOW.height;
  const body = [...leaf(`images ${shapeText(values[before])}`, 0), ...flow(values[before], 30)];
  for (const step of steps) {
    const sides = sidesOf(step, recording, before);
    const height = Math.max(OP.height, heightOf(sides));
    body.push(...operation(step, values, top, height));
    const first = top + (height - heightOf(sides)) / 2;
    body.push(...sides.flatMap((side, i) => sideBox(side, first + i * (SIDE_BOX.height + SIDE_BOX.gap))));
    top += height;
    body.push(...flow(values[step.output], top));
    top += FLOW.height;
    before = step.output;
  }
  body.push(...leaf(`loss L ${shapeText(values[before])}`, top));
  return {
    kind: "drawing",
    note: summaryOf(recording),
    size: { width: WIDTH, height: top + 30 },
    body: body.join("\n"),
  };
}

function summaryOf({ values, steps }: RecordingDescription): string {
  const parameters = values.filter(({ parameter }) => parameter !== null);
  const back = steps.filter(({ output }) => values[output].hasGradient).length;
  return `${steps.length} operations forward (blue, solid), ${back} backward (orange, dashed; ∂z stands for ∂L/∂z); ` +
    `${parametersText(parameters)} in ${parameters.length} tensors.`;
}

/** Something that goes into an operation from the side. */
interface Side {
  readonly text: string;
  readonly detail: string;
  readonly isParameter: boolean;
  readonly hasGradient: boolean;
}

/** All inputs except the one that comes from the operation above, and the settings. */
function sidesOf(step: Step, { values, steps }: RecordingDescription, above: number): Side[] {
  const inputs = step.inputs.filter((input, i) => input !== above || step.inputs.indexOf(input) !== i);
  const sides = inputs.map((input): Side => {
    const value = values[input];
    const maker = steps.findIndex(({ output }) => output === input);
    const origin = maker < 0 ? "input" : `from operation ${maker + 1}, ${steps[maker].op}`;
    const isParameter = value.parameter !== null;
    const text = `${value.parameter ?? origin}  ${shapeText(value)}`;
    return { text, detail: isParameter ? parametersText([value]) : "", isParameter, hasGradient: value.hasGradient };
  });
  const plain = { detail: "", isParameter: false, hasGradient: false };
  const settings = Object.entries(step.settings ?? {}).map(([name, value]) => `${name}: ${settingText(value)}`);
  return [...sides, ...settings.map((text): Side => ({ ...plain, text }))];
}

/** What an operation is configured with: "uint8 [64]" for labels, a number as it is. */
function settingText(value: unknown): string {
  const isTensor = typeof value === "object" && value !== null && "dtype" in value;
  return isTensor ? describe(value as Parameters<typeof describe>[0]) : String(value);
}

function heightOf(sides: readonly unknown[]): number {
  return sides.length * (SIDE_BOX.height + SIDE_BOX.gap) - SIDE_BOX.gap;
}

/** Where the images come from and the loss goes to: words on the line of the flow. */
function leaf(text: string, top: number): string[] {
  const box = { x: OP.left, y: top, width: OP.width, height: 30 };
  const fitting = fitText(text, BOLD, OP.width - 16);
  return [
    boxAt(box, "ink", 15),
    textAt(OP.left + OP.width / 2, top + 15, fitting, { weight: "bold", align: "center" }),
  ];
}

/** A value that flows down, and its gradient that flows up. */
function flow(value: Value, top: number): string[] {
  const middle = OP.left + OP.width / 2;
  const [down, up, y, bottom] = [middle - FLOW.apart, middle + FLOW.apart, top + FLOW.height / 2, top + FLOW.height];
  return [
    arrowAlong([[down, top], [down, bottom]], "blue"),
    textAt(down - 10, y, shapeText(value), { colour: "blue", align: "right" }),
    ...(value.hasGradient
      ? [
        arrowAlong([[up, bottom], [up, top]], "vermilion", true),
        textAt(up + 10, y, `∂ ${shapeText(value)}`, { colour: "vermilion" }),
      ]
      : [textAt(up + 10, y, "no gradient needed", { colour: "grey" })]),
  ];
}

/** The box of an operation, and at its right what it does backward. */
function operation(
  { op, formula, inputs, output }: Step,
  values: readonly Value[],
  top: number,
  height: number,
) {
  const [middle, centre] = [top + height / 2, OP.left + OP.width / 2];
  const backward = values[output].hasGradient ? formula?.backward ?? [] : [];
  // The gradient of images is never asked for.
  const asked = backward.filter((line) => !line.startsWith("∂x") || values[inputs[0]].hasGradient);
  const look = { size: 15, weight: "bold", align: "center" } as const;
  return [
    boxAt({ x: OP.left, y: top, width: OP.width, height }, "blue"),
    textAt(centre, formula === null ? middle : middle - 10, op, look),
    ...(formula === null ? [] : [textAt(centre, middle + 11, formula.forward, { align: "center" })]),
    ...asked.map((line, i) =>
      textAt(RULES.left, middle + (i - (asked.length - 1) / 2) * 18, line, { colour: "vermilion" })
    ),
  ];
}

/** A box at the left of an operation, with its arrows. */
function sideBox({ text, detail, isParameter, hasGradient }: Side, y: number): string[] {
  const [right, middle] = [SIDE.left + SIDE.width, y + SIDE_BOX.height / 2];
  const [forward, backward] = hasGradient ? [middle - 6, middle + 6] : [middle, middle];
  const box = { x: SIDE.left, y, width: SIDE.width, height: SIDE_BOX.height };
  return [
    boxAt(box, isParameter ? "green" : "grey"),
    textAt(SIDE.left + 10, detail === "" ? middle : middle - 8, fitText(text, BOLD, SIDE.width - 20), {
      weight: isParameter ? "bold" : "normal",
    }),
    ...(detail === "" ? [] : [textAt(SIDE.left + 10, middle + 9, detail, { colour: "grey", size: 12 })]),
    arrowAlong([[right, forward], [OP.left, forward]], isParameter ? "blue" : "grey"),
    ...(hasGradient
      ? [
        arrowAlong([[OP.left, backward], [right, backward]], "vermilion", true),
        textAt((right + OP.left) / 2, backward + 11, "∂", { colour: "vermilion", align: "center", size: 12 }),
      ]
      : []),
  ];
}

function shapeText({ shape }: Value): string {
  return `[${shape.join(", ")}]`;
}

function parametersText(values: readonly Value[]): string {
  const count = values.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return `${countText(count)} parameter${count === 1 ? "" : "s"}`;
}
