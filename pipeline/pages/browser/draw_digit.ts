/// <reference lib="dom" />
/** Drawing a digit, black on white, with mouse, finger or keys, and seeing how the model classifies it. */
import { argmaxOf } from "../../../core/model/metrics.ts";
import { type PackedImages, unpackImage } from "../../charts/page/packed.ts";
import type { Classifier } from "../../predict/classifier.ts";
import { inkOf } from "../../predict/ink.ts";
import { mnistForm, SIDE } from "../../predict/mnist_form.ts";
import { percentText } from "../../text/numbers.ts";
import { paint } from "./gallery.ts";

/** Starts the pad and the bars. */
export function startDrawing(classifier: Classifier): void {
  const seen = document.querySelector<HTMLCanvasElement>("#seen")!;
  const answer = document.querySelector<HTMLElement>("#answer")!;
  const bars = [...document.querySelectorAll<HTMLElement>("#bars li")];
  const canvas = document.querySelector<HTMLCanvasElement>("#pad")!;
  const pad = startPad(canvas, () => update());

  function update(): void {
    const pixels = formOrNull(pad.pixels());
    paint(seen, pixels ?? new Uint8Array(SIDE * SIDE), SIDE, SIDE);
    const { probabilities, problem } = classified(classifier, pixels);
    const digit = probabilities === null ? -1 : argmaxOf(probabilities);
    bars.forEach((bar, c) => {
      const probability = probabilities?.[c] ?? null;
      bar.classList.toggle("best", c === digit);
      // All digits, for comparison with the command line's.
      bar.dataset.probability = String(probability ?? "");
      bar.querySelector<HTMLElement>(".fill")!.style.width = `${(probability ?? 0) * 100}%`;
      bar.querySelector(".share")!.textContent = percentText(probability);
    });
    const name = bars[digit]?.querySelector(".class")?.textContent;
    const seenAs = name === String(digit) ? `a ${digit}` : name;
    answer.textContent = probabilities === null ? problem : `Seen as ${seenAs}: ${percentText(probabilities[digit])}`;
  }

  document.querySelector("#clear")!.addEventListener("click", pad.clear);
  startExamples((bytes) => pad.put(bytes, SIDE));
  const save = document.querySelector<HTMLAnchorElement>("#save")!;
  save.addEventListener("click", () => void (save.href = canvas.toDataURL("image/png")));
  pad.clear();
}

/** The button that puts images on the pad, one after the other: those of the first figure with digits. */
function startExamples(put: (bytes: Uint8Array) => void): void {
  const button = document.querySelector<HTMLButtonElement>("#example")!;
  const figures = [...document.querySelectorAll("figure script.pixels")]
    .map((block): PackedImages => JSON.parse(block.textContent));
  const digits = figures.find(({ colours, width, height, images }) =>
    colours === "grey" && width === SIDE && height === SIDE && images.length > 0
  );
  if (digits === undefined) return;
  let next = 0;
  button.hidden = false;
  button.addEventListener("click", () => put(unpackImage(digits, next++ % digits.images.length)));
}

/** The drawing as the model's input; null for an empty pad. */
function formOrNull({ width, height, data }: ImageData): Uint8Array<ArrayBuffer> | null {
  try {
    return mnistForm(inkOf({ width, height, rgba: data }, "drawing"));
  } catch {
    return null;
  }
}

/** The probabilities of a drawing; null if there are none, and why. */
function classified(classifier: Classifier, pixels: Uint8Array<ArrayBuffer> | null) {
  if (pixels === null) return { probabilities: null, problem: "Nothing is drawn yet." };
  try {
    return { probabilities: classifier.predict(pixels, "the drawing"), problem: "" };
  } catch (error) {
    return { probabilities: null, problem: (error as Error).message };
  }
}

const PEN = 20;
const STEP = 14;

/** Starts a pad; `onChange` is called after each piece of a stroke. */
function startPad(canvas: HTMLCanvasElement, onChange: () => void) {
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  let pen: { x: number; y: number } | null = null;
  let keyPen = { x: canvas.width / 2, y: canvas.height / 4, down: false };

  const clear = () => {
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    keyPen = { x: canvas.width / 2, y: canvas.height / 4, down: false };
    onChange();
  };
  const lineTo = (from: { x: number; y: number }, to: { x: number; y: number }) => {
    context.strokeStyle = "#000000";
    context.lineWidth = PEN;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    // A line without length leaves no mark, but a dot of its own does.
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
  };
  const placeOf = (event: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - left) / width * canvas.width,
      y: (event.clientY - top) / height * canvas.height,
    };
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen = placeOf(event);
    lineTo(pen, pen);
    onChange();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (pen === null) return;
    // A fast stroke passes more points than there are events.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length > 0 ? events : [event]) {
      const place = placeOf(one);
      lineTo(pen, place);
      pen = place;
    }
    onChange();
  });
  for (const end of ["pointerup", "pointercancel"] as const) canvas.addEventListener(end, () => void (pen = null));

  canvas.addEventListener("keydown", (event) => {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
      " ": [0, 0],
    };
    if (event.key === "Escape") return clear();
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    const [dx, dy] = moves[event.key];
    const within = (value: number, size: number) => Math.min(size - PEN / 2, Math.max(PEN / 2, value));
    const next = { x: within(keyPen.x + dx, canvas.width), y: within(keyPen.y + dy, canvas.height) };
    const down = event.key === " " ? !keyPen.down : keyPen.down;
    if (down) lineTo(keyPen, next);
    keyPen = { ...next, down };
    if (down) onChange();
  });

  return {
    clear,
    /** Puts an image on the pad, light on dark, scaled by an integer. */
    put(bytes: Uint8Array, side: number) {
      const scale = Math.floor(canvas.width / side);
      clear();
      bytes.forEach((value, i) => {
        const grey = 255 - value;
        context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
        context.fillRect((i % side) * scale, Math.floor(i / side) * scale, scale, scale);
      });
      onChange();
    },
    pixels: () => context.getImageData(0, 0, canvas.width, canvas.height),
  };
}
