import { assertEquals } from "@std/assert";
import { refusal } from "../../../pipeline/ui/http_server.ts";

const OWN = { host: "127.0.0.1:4321" };

function statusOf(headers: Record<string, string>, method = "GET"): number | null {
  return refusal({ headers, method })?.status ?? null;
}

Deno.test("refusal() accepts loopback names on any port, as an ssh tunnel has it, with their own origin", () => {
  const names = [
    "127.0.0.1",
    "127.8.9.255",
    "localhost",
    "LocalHost",
    "localhost.",
    "retrace.localhost",
    "a.b.localhost",
  ];
  for (const name of [...names, "[::1]"]) {
    for (const host of [name, `${name}:4321`, `${name}:8080`, `${name}:80`]) {
      assertEquals(statusOf({ host }), null, host);
      const origin = `http://${host}`;
      assertEquals(statusOf({ host, origin, "sec-fetch-site": "same-origin" }), null, host);
    }
  }
  assertEquals(statusOf({ ...OWN, "sec-fetch-site": "none" }, "HEAD"), null);
});

Deno.test("refusal() rejects other names for this address (DNS rebinding)", () => {
  for (
    const host of [
      ...["", ":4321", "evil.example", "evil.example:4321", "127.0.0.1:4321.evil.example", "127.0.0.1.evil.example"],
      ...["localhost.evil.example", "localhost.evil", "notlocalhost", "evil.example/localhost", "evil@localhost"],
      ...[
        "0.0.0.0:4321",
        "128.0.0.1",
        "10.0.0.1",
        "127.0.0",
        "127.0.0.256",
        "127.0.0.01",
        "127.0.0.1.1",
        "127.0.0.0x1",
      ],
      ...["[::2]", "[::]", "[::ffff:10.0.0.1]", "::1", "127.0.0.1:", "127.0.0.1:x", "localhost:80:80", "x\nlocalhost"],
    ]
  ) {
    assertEquals(statusOf({ host }), 421, host);
  }
  assertEquals(statusOf({}), 421);
});

Deno.test("refusal() rejects other sites' pages, but allows links", () => {
  for (
    const origin of [
      "http://evil.example",
      "null",
      "https://127.0.0.1:4321",
      "http://127.0.0.1:4322",
      "http://localhost:4321",
      "",
    ]
  ) {
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
