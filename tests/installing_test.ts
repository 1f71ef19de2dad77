/** What Deno installs with the settings in deno.json, from a registry on this machine. */
import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";

const PROJECT = join(import.meta.dirname!, "..");
const { nodeModulesDir, unstable } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json")));

/** The packages of the registry, each with those that it depends on. */
const PUBLISHED: Record<string, string[]> = { used: ["deep"], deep: [], tool: [] };

Deno.test("a program installs the packages that it imports, of all that are locked; a task by itself installs none", async () => {
  const folder = Deno.makeTempDirSync();
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, registry(folder, asked));
  try {
    const project = join(folder, "project");
    Deno.mkdirSync(project);
    write(join(project, "deno.json"), JSON.stringify({ nodeModulesDir, unstable, tasks: { greet: "echo hello" } }));
    const [dependencies, devDependencies] = [{ used: "1.0.0" }, { tool: "1.0.0" }];
    write(join(project, "package.json"), JSON.stringify({ dependencies, devDependencies }));
    write(join(project, "program.ts"), 'import { name } from "used";\nconsole.log(name);\n');
    const deno = async (...args: string[]) => {
      const env = { DENO_DIR: join(folder, "cache"), NPM_CONFIG_REGISTRY: `http://127.0.0.1:${server.addr.port}` };
      const command = new Deno.Command(Deno.execPath(), { args, cwd: project, env, stdin: "null" });
      const { code, stdout, stderr } = await command.output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const forget = () => {
      asked.length = 0;
      for (const path of [join(project, "node_modules"), join(folder, "cache")]) {
        Deno.removeSync(path, { recursive: true });
      }
    };

    await deno("install");
    assertEquals(asked.toSorted(), ["deep", "tool", "used"]);
    forget();
    assertEquals(await deno("task", "greet"), "hello\n");
    assertEquals(asked, []);
    assertEquals(await deno("run", "--quiet", "--frozen", "--node-modules-dir", "program.ts"), "used\n");
    assertEquals(asked.toSorted(), ["deep", "used"]);
  } finally {
    await server.shutdown();
    Deno.removeSync(folder, { recursive: true });
  }
});

/** Answers what a registry is asked for: the description of a package, and its archive, whose name goes to `asked`. */
function registry(folder: string, asked: string[]): (request: Request) => Response {
  const archives = new Map(Object.keys(PUBLISHED).map((name) => [name, archive(folder, name)]));
  return (request) => {
    const { origin, pathname } = new URL(request.url);
    const [, name, file] = pathname.split("/");
    const bytes = archives.get(name);
    if (bytes === undefined) return new Response(null, { status: 404 });
    if (file !== undefined) {
      asked.push(name);
      return new Response(bytes);
    }
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const dist = { tarball: `${origin}/${name}/archive.tgz`, integrity };
    return Response.json({
      name,
      "dist-tags": { latest: "1.0.0" },
      versions: { "1.0.0": { ...manifest(name), dist } },
    });
  };
}

function manifest(name: string) {
  const dependencies = Object.fromEntries(PUBLISHED[name].map((one) => [one, "1.0.0"]));
  return { name, version: "1.0.0", type: "module", exports: "./index.js", dependencies };
}

function archive(folder: string, name: string): Uint8Array<ArrayBuffer> {
  const content = join(folder, name, "package");
  Deno.mkdirSync(content, { recursive: true });
  write(join(content, "package.json"), JSON.stringify(manifest(name)));
  write(join(content, "index.js"), `export const name = ${JSON.stringify(name)};\n`);
  const file = join(folder, `${name}.tgz`);
  const { success } = new Deno.Command("tar", { args: ["-czf", file, "-C", join(folder, name), "package"] })
    .outputSync();
  assertEquals(success, true);
  return Deno.readFileSync(file);
}

function write(path: string, text: string): void {
  Deno.writeTextFileSync(path, text);
}
