import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { PackageLock } from "../../../pipeline/engine/keys/packages.ts";

const PACKAGE = { dependencies: { zod: "4.1.12", "@a/one": "1.0.0" }, devDependencies: { tool: "3.0.0" } };
const LOCK = {
  version: "5",
  specifiers: { "npm:zod@4.1.12": "4.1.12", "npm:@a/one@1.0.0": "1.0.0_zod@4.1.12", "npm:tool@3.0.0": "3.0.0" },
  npm: {
    "zod@4.1.12": {},
    "@a/one@1.0.0_zod@4.1.12": {
      dependencies: ["two", "other@npm:@b/real@2.0.0"],
      optionalDependencies: ["three@1.0.0"],
    },
    "two@2.0.0": { dependencies: ["@a/one", "three@2.0.0"] },
    "three@1.0.0": {},
    "three@2.0.0": {},
    "@b/real@2.0.0": {},
    "unused@1.0.0": {},
  },
};

/** The versions of `specifier` in a project with these files. */
function versionsIn(specifier: string, named: unknown = PACKAGE, lock: unknown = LOCK) {
  const project = Deno.makeTempDirSync({ prefix: "retrace-packages-" });
  try {
    Deno.writeTextFileSync(join(project, "package.json"), JSON.stringify(named));
    if (lock !== null) Deno.writeTextFileSync(join(project, "deno.lock"), JSON.stringify(lock));
    const versions = new PackageLock(project).versions(specifier);
    return versions && Object.fromEntries(versions);
  } finally {
    Deno.removeSync(project, { recursive: true });
  }
}

Deno.test("versions() returns the locked versions of a package and of its dependencies", () => {
  const all = {
    "@a/one": "1.0.0_zod@4.1.12",
    "@b/real": "2.0.0",
    three: "1.0.0, 2.0.0",
    two: "2.0.0",
  };
  for (const specifier of ["@a/one", "@a/one/sub/file.js"]) assertEquals(versionsIn(specifier), all);
  for (const specifier of ["zod", "zod/v4"]) assertEquals(versionsIn(specifier), { zod: "4.1.12" });
  assertEquals(versionsIn("tool"), { tool: "3.0.0" });
});

Deno.test("versions() changes with the locked version of an indirect dependency", () => {
  const lock = structuredClone(LOCK) as typeof LOCK & { npm: Record<string, unknown> };
  lock.npm["@b/real@2.0.1"] = {};
  lock.npm["@a/one@1.0.0_zod@4.1.12"].dependencies[1] = "other@npm:@b/real@2.0.1";
  assertEquals(versionsIn("@a/one", PACKAGE, lock)!["@b/real"], "2.0.1");
});

Deno.test("versions() returns the range in package.json without a lock file, and null for an unknown package", () => {
  assertEquals(versionsIn("zod", PACKAGE, null), { zod: "4.1.12" });
  for (const specifier of ["two", "unused", "@a/on", "zo"]) assertEquals(versionsIn(specifier), null);
});

Deno.test("versions() finds every package of the project's lock file by name and version", () => {
  const project = join(import.meta.dirname!, "../../..");
  const packages = new PackageLock(project);
  const { dependencies } = JSON.parse(Deno.readTextFileSync(join(project, "package.json")));
  const lock = JSON.parse(Deno.readTextFileSync(join(project, "deno.lock")));
  for (const name of Object.keys(dependencies)) {
    for (const [found, version] of packages.versions(name)!) {
      for (const one of version.split(", ")) assert(Object.hasOwn(lock.npm, `${found}@${one}`), `${found}@${one}`);
    }
  }
});
