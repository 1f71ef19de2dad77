/// <reference lib="dom" />
/** Computes the accuracy anew on IDX files that are dropped on the page. */
import { parseIdx } from "../../formats/idx.ts";
import type { Classifier } from "../../predict/classifier.ts";
import { countText, percentText } from "../page_numbers.ts";

/** A test set, as far as it was given. */
interface TestSet {
  images?: Uint8Array;
  labels?: Uint8Array;
}

/** Batches between two moments in which the page can show how far it is. */
const BATCHES_AT_ONCE = 8;

/** Brings the place for files to life. */
export function startChecking(classifier: Classifier, batchSize: number, accuracy: number): void {
  const drop = document.querySelector<HTMLElement>("#drop")!;
  const input = document.querySelector<HTMLInputElement>("#files")!;
  const bar = document.querySelector<HTMLProgressElement>("#check-progress")!;
  const result = document.querySelector<HTMLElement>("#check-result")!;
  let set: TestSet = {};

  async function take(files: readonly File[]): Promise<void> {
    try {
      for (const file of files) set = { ...set, ...await readFile(file, classifier.features) };
      const { images, labels } = set;
      if (images === undefined || labels === undefined) {
        result.textContent = images === undefined
          ? "The labels are there. Now the images."
          : "The images are there. Now the labels.";
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
    for (let from = 0; from < labels.length; from += batchSize) {
      correct += classifier.score(images, labels, from, batchSize).correct;
      bar.value = from / labels.length;
      if (from / batchSize % BATCHES_AT_ONCE === 0) await new Promise((done) => setTimeout(done));
    }
    const share = correct / labels.length;
    const same = share === accuracy ? "the same as the run's." : `the run's is ${percentText(accuracy)}.`;
    return `${countText(correct)} of ${countText(labels.length)} right: ${percentText(share)}, ${same}`;
  }

  input.addEventListener("change", () => void take([...input.files ?? []]).then(() => void (input.value = "")));
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    void take([...event.dataTransfer?.files ?? []]);
  });
}

/** Images have more dimensions than labels; that tells which of the two a file is. */
async function readFile(file: File, features: number): Promise<TestSet> {
  const { dtype, shape, data } = parseIdx(new Uint8Array(await file.arrayBuffer()), file.name);
  if (dtype !== "u8") throw new Error(`${file.name}: expected bytes, found elements of type ${dtype}.`);
  if (shape.length === 1) return { labels: data };
  if (data.length === shape[0] * features) return { images: data };
  throw new Error(`${file.name}: expected images of ${features} pixels, found [${shape.join(", ")}].`);
}
