import { assertEquals } from "@std/assert";
import { refusal } from "../../../pipeline/ui/guard.ts";

const OWN = { host: "127.0.0.1:4321" };

function statusOf(headers: Record<string, string>, method = "GET"): number | null {
  // Request itself refuses to be given a host.
  const request = { headers: new Headers(headers), method } as Request;
  return refusal(request, 4321)?.status ?? null;
}

Deno.test("refusal() accepts the server's own pages and typed addresses", () => {
  assertEquals(statusOf(OWN), null);
  assertEquals(statusOf({ host: "localhost:4321" }), null);
  assertEquals(statusOf({ ...OWN, origin: "http://127.0.0.1:4321", "sec-fetch-site": "same-origin" }), null);
  assertEquals(statusOf({ ...OWN, "sec-fetch-site": "none" }, "HEAD"), null);
});

Deno.test("refusal() rejects other names for this address (DNS rebinding)", () => {
  for (
    const host of ["", "evil.example", "evil.example:4321", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:4321.evil.example"]
  ) {
    assertEquals(statusOf({ host }), 421, host);
  }
});

Deno.test("refusal() rejects other sites' pages, but allows links", () => {
  for (const origin of ["http://evil.example", "null", "https://127.0.0.1:4321", "http://127.0.0.1:4322", ""]) {
    assertEquals(statusOf({ ...OWN, origin }), 403, origin);
  }
  const cross = { ...OWN, "sec-fetch-site": "cross-site" };
  assertEquals(statusOf(cross), 403);
  assertEquals(statusOf({ ...cross, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }), 403);
  assertEquals(statusOf({ ...cross, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }), 403);
  assertEquals(statusOf({ ...cross, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }), null);
  assertEquals(statusOf({ ...OWN, "sec-fetch-site": "same-site" }), 403);
});

Deno.test("refusal() rejects every method that could change something", () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) assertEquals(statusOf(OWN, method), 405, method);
});
