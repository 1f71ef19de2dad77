/**
 * The computation graph of a training step: its operations from top to bottom, what goes into them at the left, and the
 * gradients that flow back, with all shapes. What the article draws by hand (section "Computation Graph").
 */
import { OP_RULES } from "./op_rules.ts";
import { arrowAlong, boxAt, svgOf, textAt } from "./svg.ts";
import { cutText } from "./text_widths.ts";
import { MARGIN, MARKS, SURFACE, TEXTS } from "./chart_theme.ts";

/** A value of the graph. */
export interface ModelValue {
  shape: readonly number[];
  /** A parameter's name, "0.weight"; null for what is no parameter. */
  parameter: string | null;
  hasGradient: boolean;
}

/** An operation; `inputs` and `output` are places in the list of values. */
export interface ModelOp {
  op: string;
  inputs: readonly number[];
  output: number;
  /** What it is configured with, in words: "clamp: 1e-10". */
  settings: readonly string[];
}

/** What a model chart shows. */
export interface ModelGraph {
  title: string;
  /** Said after the counts: how gradients are computed, say. */
  note: string;
  values: readonly ModelValue[];
  /** In the order in which they are computed. */
  ops: readonly ModelOp[];
}

const WIDTH = 890;
/** Left edges and widths of the three columns: what goes in, operations, backward rules. */
const SIDE = { left: MARGIN, width: 260 };
const OP = { left: 372, width: 230, height: 54 };
const RULES = { left: OP.left + OP.width + 24 };
const SIDE_BOX = { height: 38, gap: 8 };
const FLOW = { height: 50, apart: 14 };

/** Draws `model.svg`, 940 pixels wide and as high as its operations need. */
export function modelChart({ title, note, values, ops }: ModelGraph): string {
  const body: string[] = [];
  const first = values[ops[0].inputs[0]];
  body.push(...leaf(`images ${shapeText(first)}`, 0), ...flow(first, 30));
  let top = 30 + FLOW.height;
  let before = ops[0].inputs[0];
  for (const op of ops) {
    const sides = sidesOf(op, values, ops, before);
    const height = Math.max(OP.height, sides.length * (SIDE_BOX.height + SIDE_BOX.gap) - SIDE_BOX.gap);
    body.push(
      ...operation(op, values, top, height),
      ...sides.flatMap((side, i) => sideBox(side, i, top, height, sides)),
    );
    top += height;
    body.push(...flow(values[op.output], top));
    top += FLOW.height;
    before = op.output;
  }
  body.push(...leaf(`loss L ${shapeText(values[before])}`, top));
  return svgOf({ title, subtitle: summary(values, ops, note), width: WIDTH, height: top + 30, body });
}

function summary(values: readonly ModelValue[], ops: readonly ModelOp[], note: string): string {
  const parameters = values.filter(({ parameter }) => parameter !== null);
  const count = parameters.reduce((sum, value) => sum + sizeOf(value), 0);
  const back = ops.filter(({ output }) => values[output].hasGradient).length;
  return `As a training step is recorded on the tape: ${ops.length} operations forward (blue, solid), ${back} backward ` +
    `(orange, dashed; ∂z stands for ∂L/∂z); ${parametersText(count)} in ${parameters.length} tensors. ${note}`;
}

/** Something that goes into an operation from the side. */
interface Side {
  text: string;
  detail: string;
  isParameter: boolean;
  hasGradient: boolean;
}

/** All inputs but the one that flows down from the operation above, and the settings. */
function sidesOf(op: ModelOp, values: readonly ModelValue[], ops: readonly ModelOp[], above: number): Side[] {
  const inputs = op.inputs.filter((input, i) => input !== above || op.inputs.indexOf(input) !== i).map(
    (input): Side => {
      const { parameter, hasGradient } = values[input];
      const maker = ops.findIndex(({ output }) => output === input);
      const origin = maker < 0 ? "input" : `from operation ${maker + 1}, ${ops[maker].op}`;
      return {
        text: `${parameter ?? origin}  ${shapeText(values[input])}`,
        detail: parameter === null ? "" : parametersText(sizeOf(values[input])),
        isParameter: parameter !== null,
        hasGradient,
      };
    },
  );
  const settings = op.settings.map((text): Side => ({ text, detail: "", isParameter: false, hasGradient: false }));
  return [...inputs, ...settings];
}

/** Where the image comes from and the loss goes to: words on the line of the flow. */
function leaf(text: string, top: number): string[] {
  const box = { x: OP.left, y: top, width: OP.width, height: 30 };
  return [
    boxAt(box, { fill: SURFACE.paper, stroke: SURFACE.frame, radius: 15 }),
    textAt(OP.left + OP.width / 2, top + 15, cutText(text, OP.width - 16, 13, "bold"), {
      weight: "bold",
      align: "center",
    }),
  ];
}

/** A value that flows down, and its gradient that flows up. */
function flow(value: ModelValue, top: number): string[] {
  const middle = OP.left + OP.width / 2;
  const [down, up, y] = [middle - FLOW.apart, middle + FLOW.apart, top + FLOW.height / 2];
  const forward = [
    arrowAlong([[down, top], [down, top + FLOW.height]], { colour: MARKS.blue }),
    textAt(down - 10, y, shapeText(value), { colour: TEXTS.blue, align: "right" }),
  ];
  if (!value.hasGradient) {
    return [...forward, textAt(up + 10, y, "no gradient needed", { colour: TEXTS.muted })];
  }
  return [
    ...forward,
    arrowAlong([[up, top + FLOW.height], [up, top]], { colour: MARKS.vermilion, dashed: true }),
    textAt(up + 10, y, `∂ ${shapeText(value)}`, { colour: TEXTS.vermilion }),
  ];
}

/** The box of an operation, and at its right what it does backward. */
function operation(op: ModelOp, values: readonly ModelValue[], top: number, height: number): string[] {
  const rule = OP_RULES[op.op];
  const middle = top + height / 2;
  const centre = { align: "center" } as const;
  const backward = values[op.output].hasGradient ? rule?.backward ?? [] : [];
  // Of a layer that takes the images, nobody asks for their gradient.
  const asked = backward.filter((line) => !line.startsWith("∂x") || values[op.inputs[0]].hasGradient);
  return [
    boxAt({ x: OP.left, y: top, width: OP.width, height }, { fill: "#EEF4F9", stroke: MARKS.blue }),
    textAt(OP.left + OP.width / 2, rule === undefined ? middle : middle - 10, op.op, {
      ...centre,
      size: 15,
      weight: "bold",
    }),
    ...(rule === undefined ? [] : [textAt(OP.left + OP.width / 2, middle + 11, rule.forward, centre)]),
    ...asked.map((line, i) =>
      textAt(RULES.left, middle + (i - (asked.length - 1) / 2) * 18, line, { colour: TEXTS.vermilion })
    ),
  ];
}

/** The `index`-th box at the left of an operation, with its arrows. */
function sideBox(side: Side, index: number, top: number, height: number, all: readonly Side[]): string[] {
  const used = all.length * (SIDE_BOX.height + SIDE_BOX.gap) - SIDE_BOX.gap;
  const y = top + (height - used) / 2 + index * (SIDE_BOX.height + SIDE_BOX.gap);
  const [right, middle] = [SIDE.left + SIDE.width, y + SIDE_BOX.height / 2];
  const look = side.isParameter
    ? { fill: "#E9F5F0", stroke: MARKS.green }
    : { fill: SURFACE.paper, stroke: SURFACE.frame };
  const lines = [
    textAt(SIDE.left + 10, side.detail === "" ? middle : middle - 8, cutText(side.text, SIDE.width - 20, 13, "bold"), {
      weight: side.isParameter ? "bold" : "normal",
    }),
    ...(side.detail === "" ? [] : [textAt(SIDE.left + 10, middle + 9, side.detail, { colour: TEXTS.muted, size: 12 })]),
  ];
  const [forward, backward] = side.hasGradient ? [middle - 6, middle + 6] : [middle, middle];
  return [
    boxAt({ x: SIDE.left, y, width: SIDE.width, height: SIDE_BOX.height }, look),
    ...lines,
    arrowAlong([[right, forward], [OP.left, forward]], { colour: side.isParameter ? MARKS.blue : MARKS.grey }),
    ...(side.hasGradient
      ? [
        arrowAlong([[OP.left, backward], [right, backward]], { colour: MARKS.vermilion, dashed: true }),
        textAt((right + OP.left) / 2, backward + 11, "∂", { colour: TEXTS.vermilion, align: "center", size: 12 }),
      ]
      : []),
  ];
}

function sizeOf({ shape }: ModelValue): number {
  return shape.reduce((product, size) => product * size, 1);
}

function shapeText({ shape }: ModelValue): string {
  return `[${shape.join(", ")}]`;
}

function parametersText(count: number): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")} parameter${count === 1 ? "" : "s"}`;
}
