import { assert, assertEquals } from "@std/assert";
import { withoutSecrets, withoutUsers } from "../../../pipeline/text/secrets.ts";

Deno.test("withoutSecrets() hides names, passwords, queries and fragments of web addresses", () => {
  const cases: [text: string, shown: string][] = [
    ["https://me:secret@host/x", "https://…@host/x"],
    ["Cannot read http://SECRET@host:80/x: no.", "Cannot read http://…@host:80/x: no."],
    ["HTTPS://me:secret@host", "HTTPS://…@host"],
    ["https://:secret@[::1]:80/", "https://…@[::1]:80/"],
    ["https://me:s@cret@host/", "https://…@host/"],
    ["https://me:s/ecret@host/", "https://…@host/"],
    ["https://me:s%40ecret@host/ and https://me:secret@host/", "https://…@host/ and https://…@host/"],
    [JSON.stringify({ url: 'https://me:sec"ret\\@host/' }), '{"url":"https://…@host/"}'],
    ["/home/https:/me:secret@host/", "/home/https:/…@host/"],
    ["https:me:secret@host", "https:…@host"],
    ["https:\\\\me:secret@host", "https:\\\\…@host"],
    ["git+ssh://me:secret@host/x ftp://me:secret@host", "git+ssh://…@host/x ftp://…@host"],
    ["for url (https://host/x?token=secret&b=1): refused", "for url (https://host/x?…): refused"],
    ["https://host/x#secret, again", "https://host/x#… again"],
    ['"https://host/?a=\\"secret"', '"https://host/?…"'],
    ["https://me:secret@host/?b=secret", "https://…@host/?…"],
  ];
  for (const [text, shown] of cases) assertEquals(withoutSecrets(text), shown);
});

Deno.test("withoutSecrets() leaves other texts as they are", () => {
  const texts = [
    "https://host:8080/@scope/x@1.0",
    "https://host/a/me@b",
    "npm:@std/assert@1.0",
    "user@host: no such file?",
    "at file:///a/b.ts?version=2:10:5",
    'params of train: {"lr":0.1}',
    "pw, stage download: a@b",
  ];
  for (const text of texts) assertEquals(withoutSecrets(text), text);
});

Deno.test("withoutSecrets() ends for a text made to take much time", () => {
  const texts = [
    "https:".repeat(20_000),
    `https://${"a:".repeat(50_000)}`,
    `${"a".repeat(100_000)}://`,
    "http://?".repeat(20_000),
  ];
  // Without bounds, the test does not end.
  for (const text of texts) assert(withoutSecrets(text).length <= text.length);
});

Deno.test("withoutUsers() takes names and passwords out of all addresses in a value, and leaves everything else", () => {
  const value = {
    url: "https://me:secret@host:80/a?b#c",
    list: ["http://secret@host", { deep: "ftp://:secret@host/x" }],
    kept: ["https://host/@scope", "a@b:c", "see https://host", 3, null, true, { "https://me@host": 1 }],
  };
  assertEquals(withoutUsers(value), {
    url: "https://host:80/a?b#c",
    list: ["http://host/", { deep: "ftp://host/x" }],
    kept: value.kept,
  });
});
