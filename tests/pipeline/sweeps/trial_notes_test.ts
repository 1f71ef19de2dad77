/** Notes of trials: what is read is what was written, and the most that is known stays. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { digestOfPlain } from "../../../pipeline/engine/store/digest.ts";
import { keepTrial, readTrial } from "../../../pipeline/sweeps/trial_notes.ts";

const SUBJECT = digestOfPlain("a trial");

Deno.test("notes of trials: missing, damaged and foreign ones are none, and less never replaces more", () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-notes-" });
  try {
    const store = new Store(folder);
    const known = () => {
      const { values, isEnded } = readTrial(store, SUBJECT) ?? {};
      return values === undefined ? null : [values, isEnded];
    };
    assertEquals(known(), null);
    keepTrial(store, SUBJECT, { values: [0.5, null, 0.7], isEnded: false });
    assertEquals(known(), [[0.5, null, 0.7], false]);
    keepTrial(store, SUBJECT, { values: [0.5, null], isEnded: false });
    assertEquals(known(), [[0.5, null, 0.7], false]);
    keepTrial(store, SUBJECT, { values: [0.5, null, 0.7], isEnded: true });
    keepTrial(store, SUBJECT, { values: [0.5, null, 0.7], isEnded: false });
    assertEquals(known(), [[0.5, null, 0.7], true]);

    const path = join(folder, "trials", SUBJECT.slice(0, 2), `${SUBJECT}.json`);
    const text = Deno.readTextFileSync(path);
    const other = digestOfPlain("another trial");
    const otherPath = join(folder, "trials", other.slice(0, 2), `${other}.json`);
    Deno.mkdirSync(join(otherPath, ".."), { recursive: true });
    Deno.copyFileSync(path, otherPath);
    assertEquals(readTrial(store, other), null, "the note of another trial");
    for (const damaged of ["", text.slice(0, -1), text.replace("0.7", "0.8"), "[]"]) {
      Deno.writeTextFileSync(path, damaged);
      assertEquals(known(), null, damaged);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
