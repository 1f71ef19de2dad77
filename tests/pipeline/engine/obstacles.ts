/** What an untrusted cache or results folder may hold in the place of a file or a folder, and a folder outside to harm. */
import { join } from "node:path";

// Deno would remove a socket when it closes it.
const MAKE_SOCKETS = "const [folder, count] = Deno.args; for (let i = 0; i < count; i++) { " +
  "using _ = Deno.listen({ transport: 'unix', path: `${folder}/new` }); Deno.renameSync(`${folder}/new`, `${folder}/${i}`); }";

/** Puts something at a free path. `outside` is a folder made by `makeOutside`. */
export const OBSTACLES: Record<string, (path: string, outside: string) => void> = {
  "a link to a folder": (path, outside) => Deno.symlinkSync(join(outside, "folder"), path),
  "a link to a file": (path, outside) => Deno.symlinkSync(join(outside, "file"), path),
  "a second name of a file": (path, outside) => Deno.linkSync(join(outside, "file"), path),
  "a link to nothing": (path, outside) => Deno.symlinkSync(join(outside, "absent"), path),
  "a link to itself": (path) => Deno.symlinkSync(path, path),
  "a named pipe": (path) => run("mkfifo", path),
  "a socket": (path) => {
    Deno.renameSync(takeSocket(), path);
    Deno.utimeSync(path, new Date(), new Date());
  },
  "a device": (path) => run("mknod", path, "c", "1", "3"),
  "a folder": (path) => {
    Deno.mkdirSync(path);
    Deno.writeTextFileSync(join(path, "inside"), "inside");
  },
  "a file": (path) => Deno.writeTextFileSync(path, "a file"),
};

const sockets: string[] = [];

/** A socket to be moved. The path of a place may be longer than one that a socket is made at can be. */
function takeSocket(): string {
  if (sockets.length === 0) {
    const [folder, count] = [Deno.makeTempDirSync(), 64];
    globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    // Another process makes them: tests may not use the network, and a socket counts as that.
    run(Deno.execPath(), "eval", "--no-config", MAKE_SOCKETS, folder, String(count));
    for (let i = 0; i < count; i++) sockets.push(join(folder, String(i)));
  }
  return sockets.pop()!;
}

/** The obstacles that can be made here; only root can make devices. */
export function possibleObstacles(): string[] {
  if (Deno.build.os === "windows") return ["a folder", "a file"];
  const folder = Deno.makeTempDirSync();
  try {
    OBSTACLES["a device"](join(folder, "x"), folder);
    return Object.keys(OBSTACLES);
  } catch {
    return Object.keys(OBSTACLES).filter((name) => name !== "a device");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Makes a folder with old files, whose names might be those of a cache or of results. */
export function makeOutside(folder: string, names: readonly string[]): void {
  for (const path of [join(folder, "file"), ...names.map((name) => join(folder, "folder", name))]) {
    Deno.mkdirSync(join(path, ".."), { recursive: true });
    Deno.writeTextFileSync(path, "keep me");
    Deno.utimeSync(path, 1, 1);
  }
}

/** Everything about the entries in a folder: names, kinds, contents, times, inodes. */
export function everythingIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
    const path = join(folder, name);
    const { isDirectory, isFile, mode, size, mtime, ino } = Deno.lstatSync(path);
    const status = `${path} ${mode} ${size} ${mtime?.getTime()} ${ino}`;
    if (isDirectory) return [status, ...everythingIn(path)];
    return [isFile ? `${status} ${Deno.readTextFileSync(path)}` : status];
  }).sort();
}

/** Puts an obstacle at a path, in the place of what is there. */
export function plant(name: string, path: string, outside: string): void {
  remove(path);
  Deno.mkdirSync(join(path, ".."), { recursive: true });
  OBSTACLES[name](path, outside);
}

/** Removes whatever is at a path; of a link the link. */
export function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function run(program: string, ...args: string[]): void {
  const { success } = new Deno.Command(program, { args, stderr: "null" }).outputSync();
  if (!success) throw new Error(`${program} failed.`);
}

/** The outcome of an attack. A line of output each, so a process that hangs shows where. */
export interface AttackOutcome {
  attack: string;
  /** The name and the message of the error; null if there was none. */
  error: [name: string, message: string] | null;
  /** What has changed outside, which must be nothing. */
  harm: string[];
}

/** A process that has not finished an attack after this time hangs. Milliseconds. */
const MAX_WAIT = 20_000;

/** Runs a script that prints outcomes in a process of its own. @throws Error if it hangs; it is then killed. */
export async function outcomesOf(script: URL, ...args: string[]): Promise<AttackOutcome[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", script.href, ...args],
    stdout: "piped",
  }).spawn();
  let text = "";
  let isHanging = false;
  const hangs = () => {
    isHanging = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(hangs, MAX_WAIT);
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    clearTimeout(timer);
    timer = setTimeout(hangs, MAX_WAIT);
    text += piece;
  }
  clearTimeout(timer);
  const { success } = await child.status;
  const lines = text.split("\n");
  if (isHanging || !success) throw new Error(`The process ${isHanging ? "hangs" : "failed"} in: ${lines.at(-1)}`);
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

/** Prints that an attack begins, does it, and prints its outcome. */
export async function attack(name: string, outside: string, work: () => unknown): Promise<void> {
  const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  print(name);
  const before = everythingIn(outside);
  const error = await Promise.resolve().then(work).then(() => null, (error: Error) => error);
  const after = everythingIn(outside);
  const harm = [...new Set(before).symmetricDifference(new Set(after))];
  const found = error && [error.name, error.name.endsWith("Error") ? error.message : String(error)];
  print(`\n${JSON.stringify({ attack: name, error: found, harm })}\n`);
}
