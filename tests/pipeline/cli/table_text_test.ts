import { assertEquals } from "@std/assert";
import { tableText } from "../../../pipeline/cli/terminal.ts";

Deno.test("tableText() takes the rows of a large cache: more than a function takes arguments", () => {
  const lines = tableText(Array.from({ length: 200_000 }, (_, i) => [String(i), "x"]), ["right"]).split("\n");
  assertEquals([lines.length, lines[0], lines.at(-1)], [200_000, "     0  x", "199999  x"]);
});
