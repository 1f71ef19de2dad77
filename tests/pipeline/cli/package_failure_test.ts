import { assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { packageFailure } from "../../../pipeline/cli/package_failure.ts";
import { PACKAGES as FOLDERS } from "../../../pipeline/cli/permissions.ts";

const [PACKAGES] = FOLDERS;

/** What Deno prints, and what is to be done about it. */
const PRINTED: Record<string, [printed: string, advice: RegExp]> = {
  "node_modules cannot be written": [
    `error: failed to create directory '${PACKAGES}/.deno': Permission denied (os error 13)\n\nStack backtrace:\n   0: <unknown>`,
    /make both writable for you/,
  ],
  "the file system is read-only": [
    `error: Uncaught (in promise) TypeError: failed to create directory '${PACKAGES}': Read-only file system (os error 30)`,
    /make both writable for you/,
  ],
  "Deno's cache cannot be written": [
    "error: Failed caching npm package 'zod@4.1.12'\n    0: failed to create directory '/x/npm/zod.tmp': Permission denied (os error 13)",
    /make both writable for you/,
  ],
  "the disk is full": [
    "error: Failed caching npm package 'zod@4.1.12'\n    0: No space left on device (os error 28)",
    /The disk is full/,
  ],
  "there is no network": [
    "\x1b[31merror\x1b[0m: Failed caching npm package 'zod@4.1.12'\n    0: error sending request for url (http://x/): client error (Connect)\n    1: refused",
    /Check the network.*Without a network, copy/,
  ],
  "the registry has another file": [
    "error: Failed caching npm package 'zod@4.1.12'\n    0: Tarball checksum did not match what was provided",
    /deno install --reload/,
  ],
  "a part of a package is missing": [
    `error: [ERR_MODULE_NOT_FOUND] Cannot find module 'file://${PACKAGES}/zod/v4.js' imported from 'file:///x.ts'`,
    /Remove .*node_modules, and run the command again/,
  ],
  "a package was installed in part": [
    `error: TypeError: File exists (os error 17), symlink '../@babel' -> '${PACKAGES}/.deno/@babel/types'`,
    /Remove .*node_modules, and run the command again/,
  ],
  "the canvas has no binary": [
    "Cannot find native binding. npm has a bug related to optional dependencies (https://github.com/npm/cli/issues/4828).",
    /Remove .*node_modules, and run the command again/,
  ],
  "a font is missing": [
    `Charts need the font ${PACKAGES}/x.ttf of the npm package dejavu-fonts-ttf, which cannot be read.`,
    /Remove .*node_modules, and run the command again/,
  ],
};

for (const [name, [printed, advice]] of Object.entries(PRINTED)) {
  Deno.test(`packageFailure() says what to do if ${name}`, () => {
    const { message } = packageFailure(printed)!;
    assertMatch(message, /^The packages cannot be installed or loaded: \S/);
    assertMatch(message, advice);
    const noise = ["Uncaught", "Stack backtrace", "error: error", "\n", "\x1b"];
    assertEquals(noise.filter((text) => message.includes(text)), [], message);
  });
}

Deno.test("packageFailure() leaves other failures alone", () => {
  for (
    const printed of [
      "",
      "error: Uncaught (in promise) TypeError: x is not a function\n    at file:///p/node_modules/zod/index.js:1:1",
      'error: Module not found "file:///project/mine.ts".',
      "The store cannot use .retrace/temporary/x: No space left on device (os error 28)",
      "error: The lockfile is out of date. Run `deno install --frozen=false`",
      "expected a package name, but found 7",
    ]
  ) assertStrictEquals(packageFailure(printed), null, printed);
});
