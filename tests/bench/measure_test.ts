import { assertEquals, assertThrows } from "@std/assert";
import { inTurn, median, repeated, scaled, spreadOf } from "../../bench/measure.ts";

Deno.test("median is the value in the middle, whatever the order", () => {
  assertEquals(median([9, 1, 10]), 9);
  assertEquals(median([10, 1, 9, 2]), 5.5);
  assertEquals(median([7]), 7);
});

Deno.test("spreadOf gives smallest, middle, largest and number, and refuses to tell of nothing", () => {
  assertEquals(spreadOf([3, 1, 2]), { min: 1, median: 2, max: 3, runs: 3 });
  assertEquals(scaled(spreadOf([3, 1, 2]), 1000), { min: 1000, median: 2000, max: 3000, runs: 3 });
  assertThrows(() => spreadOf([]), RangeError, "at least one measurement");
});

Deno.test("repeated does not count the calls that warm up", () => {
  let calls = 0;
  assertEquals(repeated(() => void calls++, { runs: 4, warmups: 3 }).runs, 4);
  assertEquals(calls, 7);
});

Deno.test("inTurn measures A B A B, and gives each subject its own list", () => {
  const order: string[] = [];
  const measured = inTurn(["a", "b"], 2, (subject, round) => {
    order.push(subject);
    return `${subject}${round}`;
  });
  assertEquals(order, ["a", "b", "a", "b"]);
  assertEquals([...measured], [["a", ["a0", "a1"]], ["b", ["b0", "b1"]]]);
});
