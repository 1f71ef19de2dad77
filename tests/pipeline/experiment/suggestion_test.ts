import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { editDistance, nearest, suggestion } from "../../../pipeline/text/suggestion.ts";

const STAGES = ["download", "tensorize", "normalize", "batch", "train", "validate"];
const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });

Deno.test("nearest() finds the word if letters are swapped, missing, doubled or upper case", () => {
  for (const typed of ["trian", "trin", "traain", "Train"]) assertEquals(nearest(typed, STAGES), "train");
  assertEquals(nearest("nromalise", STAGES), "normalize");
});

Deno.test("nearest() is null if no candidate is similar", () => {
  assertEquals(nearest("optimizer", STAGES), null);
  assertEquals(nearest("train", []), null);
});

Deno.test("nearest() does not suggest a short word that shares no letter", () => {
  assertEquals(nearest("z", ["lr", "name"]), null);
  assertEquals(nearest("l", ["lr", "name"]), "lr");
});

Deno.test("nearest() returns a word that is a candidate", () => {
  for (const stage of STAGES) assertEquals(nearest(stage, STAGES), stage);
});

Deno.test("suggestion() lists all candidates if none is similar", () => {
  assertEquals(suggestion("trian", STAGES), 'Did you mean "train"?');
  assertEquals(suggestion("xyz", ["lr", "name"]), "Available: lr, name.");
});

Deno.test("editDistance() counts insertions, deletions and replacements", () => {
  assertEquals(editDistance("kitten", "sitting"), 3);
  assertEquals(editDistance("", "abc"), 3);
  assertEquals(editDistance("abc", "abc"), 0);
});

Deno.test("editDistance() is a metric", () => {
  fc.assert(fc.property(word, word, word, (a, b, c) => {
    const ab = editDistance(a, b);
    assertEquals(ab === 0, a === b);
    assertEquals(ab, editDistance(b, a));
    assert(editDistance(a, c) <= ab + editDistance(b, c));
    assert(ab >= Math.abs(a.length - b.length) && ab <= Math.max(a.length, b.length));
  }));
});

Deno.test("editDistance() is at most the number of edits", () => {
  const edit = fc.record({ at: fc.nat(20), remove: fc.boolean(), letter: fc.constantFrom("a", "b", "c") });
  fc.assert(fc.property(word, fc.array(edit, { maxLength: 4 }), (start, edits) => {
    const edited = edits.reduce(
      (text, { at, remove, letter }) => text.slice(0, at) + letter + text.slice(at + (remove ? 1 : 0)),
      start,
    );
    assert(editDistance(start, edited) <= edits.length);
  }));
});
