import { assertEquals } from "@std/assert";
import { compareDigests, placesOf, type RunDigests } from "../../../pipeline/results/digests.ts";

/** A run of two stages, one of them by epochs. */
function run(): RunDigests {
  return {
    stages: {
      download: { outputs: { images: "a", labels: "b" } },
      train: {
        steps: [{ "checkpoint/w": "c", metrics: "d" }, { "checkpoint/w": "e", metrics: "f" }],
        outputs: { summary: "g" },
      },
    },
    files: { "metrics.json": "h", "history.csv": "i" },
  };
}

const PLACES = ["images", "labels", "checkpoint/w", "metrics", "checkpoint/w", "metrics", "summary"];

Deno.test("placesOf() lists stages in order, epochs before what is put out once, files last", () => {
  const places = placesOf(run());
  assertEquals(places.map(({ what }) => what), [...PLACES, "metrics.json", "history.csv"]);
  assertEquals(places.map(({ epoch }) => epoch), [null, null, 0, 0, 1, 1, null, null, null]);
  assertEquals(places.map(({ digest }) => digest).join(""), "abcdefghi");
});

Deno.test("compareDigests() finds nothing where all digests are equal", () => {
  assertEquals(compareDigests(run(), run()), { places: 9, differing: 0, first: null, before: 9 });
});

Deno.test("compareDigests() names each place when it alone differs", () => {
  placesOf(run()).forEach(({ stage, epoch, what, digest }, i) => {
    const other = JSON.parse(JSON.stringify(run()).replace(`"${digest}"`, '"x"'));
    assertEquals(compareDigests(run(), other), {
      places: 9,
      differing: 1,
      first: { stage, epoch, what, expected: digest, found: "x" },
      before: i,
    });
  });
});

Deno.test("compareDigests() names the first of several, and counts the others", () => {
  const other = run();
  other.stages.train.steps![1] = { "checkpoint/w": "y", metrics: "z" };
  other.files["history.csv"] = "x";
  const { first, differing, before } = compareDigests(run(), other);
  assertEquals([first!.stage, first!.epoch, first!.what, differing, before], ["train", 1, "checkpoint/w", 3, 4]);
});

Deno.test("compareDigests() leaves out exports that nothing is expected of, and misses those that are gone", () => {
  const more = run();
  more.files["confusion.csv"] = "x";
  assertEquals(compareDigests(run(), more).differing, 0);
  const { first, differing } = compareDigests(more, run());
  assertEquals([first!.what, first!.expected, first!.found, differing], ["confusion.csv", "x", null, 1]);
});

Deno.test("compareDigests() counts what only one of the runs has", () => {
  const longer = run();
  longer.stages.train.steps!.push({ "checkpoint/w": "j", metrics: "k" });
  const more = compareDigests(run(), longer);
  assertEquals([more.first!.epoch, more.first!.expected, more.first!.found, more.differing], [2, null, "j", 2]);
  const less = compareDigests(longer, run());
  assertEquals([less.first!.epoch, less.first!.expected, less.first!.found, less.differing], [2, "j", null, 2]);
});
