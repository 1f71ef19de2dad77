/** An untrusted cache: whatever is in the place of a file or folder, nothing behind it is touched, and nothing hangs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { outcomesOf, possibleObstacles } from "./obstacles.ts";

for (const obstacle of possibleObstacles()) {
  Deno.test(`runs and cache commands touch nothing outside, and do not hang, if the cache has ${obstacle} in any place`, async () => {
    const outcomes = await outcomesOf(new URL("./attacked_cache.ts", import.meta.url), obstacle);
    assert(outcomes.length > 90, `${outcomes.length} attacks`);
    for (const { attack, error, harm } of outcomes) {
      assertEquals(harm, [], attack);
      if (error === null) continue;
      const [name, message] = error;
      assertEquals(name, "StoreError", `${attack}: ${message}`);
      assertMatch(
        message,
        /^The (file|folder) \S+ is a [a-z ]+\. Remove it, or choose another cache with --cache DIR\.$/,
      );
    }
    const failed = outcomes.filter(({ error }) => error !== null).map(({ attack }) => attack);
    assertEquals(failed.filter((attack) => attack.startsWith("afterwards")), []);
    // What is in the place of a file is replaced, except a folder in the place of the gate.
    const isFolder =
      / in the place of ([a-z]+|scratch\/words|scratch\/words\/key|records\/words|records\/grow\/steps|artifacts\/..)$/;
    const others = failed.filter((attack) => !isFolder.test(attack));
    assertEquals(others.filter((attack) => !attack.endsWith("a folder in the place of locks/store.lock")), []);
  });
}
