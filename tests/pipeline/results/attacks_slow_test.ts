/** An untrusted results folder: nothing behind what is in the place of a file or folder is touched, and nothing hangs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { outcomesOf, possibleObstacles } from "../engine/obstacles.ts";

Deno.test("commands touch nothing outside, and do not hang, whatever is in any place of the results", async () => {
  const outcomes = await outcomesOf(new URL("./attacked_results.ts", import.meta.url), ...possibleObstacles());
  assert(outcomes.length > 100, `${outcomes.length} attacks`);
  for (const { attack, error, harm } of outcomes) {
    assertEquals(harm, [], attack);
    if (error !== null) assertEquals(error[0], "ResultsError", `${attack}: ${error[1]}`);
    if (attack.startsWith("ui") || attack.startsWith("afterwards")) assertEquals(error, null, attack);
    // Skipped, the artifacts of these results would be removed.
    if (/^cache gc: a link .* in the place of small$/.test(attack)) assertMatch(error?.[1] ?? "", /small is a link/);
    // A run replaces what is in the place of a file; a folder may hold the user's files.
    if (attack.startsWith("run") && error !== null) {
      const isReported =
        / (a (link|named pipe|socket|device|file).* in the place of small|a folder in the place of small\/.*|a folder in the place of \.small\.lock|a file in the place of \.small\.(new|old))$/;
      assertMatch(attack, isReported, error[1]);
    }
  }
});
