/** Mistakes in the fields of a definition. */
import { assertEquals } from "@std/assert";
import { defineFigure } from "../../../pipeline/define/figure.ts";
import { fieldProblem } from "../../../pipeline/define/definition_fields.ts";

Deno.test("a figure that chooses the best run says which way is better", () => {
  const figure = { name: "held", title: "Held out", chooses: true, value: () => 1 } as const;
  const problemOf = (one: object) => fieldProblem("figures", one as Record<string, unknown>);
  assertEquals(problemOf(defineFigure({ ...figure, better: "lower" })), null);
  assertEquals(problemOf(defineFigure(figure)), 'chooses the best run, so it has to say which way is "better".');
});
