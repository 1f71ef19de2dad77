/** The whole two-layer experiment, all 40 epochs on the real dataset. */
import { assertEquals } from "@std/assert";
import { EXPECTED_EPOCHS } from "./expected_epochs.ts";

Deno.test("two-layer has the expected digests of all epochs in a worker", async () => {
  const worker = new Worker(new URL("./train_worker.ts", import.meta.url), { type: "module" });
  const posted = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  assertEquals(posted, EXPECTED_EPOCHS);
});
