/// <reference lib="dom" />
/** Computes the accuracy on IDX files that are dropped on the page. */
import { parseIdx } from "../../formats/idx.ts";
import type { Classifier } from "../../predict/classifier.ts";
import { countText, percentText } from "../../text/numbers.ts";

/** A test set, as far as it has been dropped. */
interface TestSet {
  images?: Uint8Array;
  labels?: Uint8Array;
}

/** Images between two updates of the progress bar. */
const IMAGES_AT_ONCE = 500;

/** Starts the drop area; `accuracy` is the run's own. */
export function startChecking(classifier: Classifier, accuracy: number | null): void {
  const drop = document.querySelector<HTMLElement>("#drop")!;
  const input = document.querySelector<HTMLInputElement>("#files")!;
  const bar = document.querySelector<HTMLProgressElement>("#check-progress")!;
  const result = document.querySelector<HTMLElement>("#check-result")!;
  let set: TestSet = {};

  async function take(files: readonly File[]): Promise<void> {
    try {
      for (const file of files) set = { ...set, ...await readFile(file, classifier.shape) };
      const { images, labels } = set;
      if (images === undefined || labels === undefined) {
        const [read, missing] = images === undefined ? ["labels", "images"] : ["images", "labels"];
        result.textContent = `The ${read} are read. Now the ${missing}.`;
        return;
      }
      set = {};
      result.textContent = await score(images, labels);
    } catch (error) {
      set = {};
      result.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      bar.hidden = true;
    }
  }

  async function score(images: Uint8Array, labels: Uint8Array): Promise<string> {
    bar.hidden = false;
    let correct = 0;
    for (let from = 0; from < labels.length; from += IMAGES_AT_ONCE) {
      correct += classifier.score(images, labels, from, IMAGES_AT_ONCE);
      bar.value = from / labels.length;
      await new Promise((done) => setTimeout(done));
    }
    const share = correct / labels.length;
    const same = share === accuracy ? "the same as the run's." : `the run's is ${percentText(accuracy)}.`;
    return `${countText(correct)} of ${countText(labels.length)} correct: ${percentText(share)}, ${same}`;
  }

  input.addEventListener("change", () => void take([...input.files ?? []]).then(() => void (input.value = "")));
  for (const type of ["dragover", "dragleave", "drop"] as const) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", type === "dragover");
      if (type === "drop") void take([...event.dataTransfer?.files ?? []]);
    });
  }
}

/** Images have more dimensions than labels. */
async function readFile(file: File, expected: readonly number[]): Promise<TestSet> {
  const { dtype, shape, data } = parseIdx(new Uint8Array(await file.arrayBuffer()), file.name);
  if (dtype !== "u8") throw new Error(`${file.name}: expected bytes, found elements of type ${dtype}.`);
  if (shape.length === 1) return { labels: data };
  if (String(shape.slice(1)) === String(expected)) return { images: data };
  throw new Error(`${file.name}: expected images [N, ${expected.join(", ")}], found [${shape.join(", ")}].`);
}
