import { assertEquals, assertRejects } from "@std/assert";
import { DEFAULT_LIMITS, parseRetryAfter, wait, waitAfter } from "../../../pipeline/sources/http_attempt.ts";

Deno.test("waitAfter() doubles with each failure, up to maxWait", () => {
  const limits = { ...DEFAULT_LIMITS, firstWait: 500, maxWait: 3000 };
  assertEquals([1, 2, 3, 4, 5, 1000].map((failures) => waitAfter(failures, null, limits)), [
    ...[500, 1000, 2000, 3000, 3000, 3000],
  ]);
});

Deno.test("waitAfter() returns what the server asks for, up to maxWait", () => {
  const limits = { ...DEFAULT_LIMITS, firstWait: 500, maxWait: 3000 };
  assertEquals([0, 1700, 9000].map((asked) => waitAfter(1, asked, limits)), [0, 1700, 3000]);
});

Deno.test("parseRetryAfter() reads seconds and dates, and returns null for anything else", () => {
  const now = Date.UTC(2015, 9, 21, 7, 28, 0);
  const cases: [string | null, number | null][] = [
    ["0", 0],
    [" 120 ", 120_000],
    ["Wed, 21 Oct 2015 07:28:30 GMT", 30_000],
    ["Wed, 21 Oct 2015 07:27:00 GMT", 0],
    ["soon", null],
    ["", null],
    [null, null],
  ];
  for (const [header, expected] of cases) assertEquals(parseRetryAfter(header, now), expected, String(header));
});

Deno.test({
  name: "wait() rejects with the reason when the signal is aborted, before or during the wait, and leaves no timer",
  sanitizeOps: true,
  async fn() {
    const reason = new Error("enough");
    const hour = 3_600_000;
    assertEquals(await assertRejects(() => wait(hour, AbortSignal.abort(reason))), reason);
    const controller = new AbortController();
    const waiting = wait(hour, controller.signal);
    controller.abort(reason);
    assertEquals(await assertRejects(() => waiting), reason);
  },
});

Deno.test("wait() resolves when the time has passed", async () => {
  await wait(1, new AbortController().signal);
});
