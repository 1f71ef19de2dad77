/** Reads a checkpoint's words about itself as a page does, with nothing else loaded, and prints what is wrong with them. */
import { readModelWords } from "../../../pipeline/classifier/stages/json_artifacts.ts";

try {
  readModelWords({ model: "[1]", loss: "{}" });
} catch (error) {
  console.log((error as Error).message);
}
