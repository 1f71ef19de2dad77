/** A worker: a Deno process with the permissions of one command, which its front starts, sends requests, and stops. */
import { moduleFile } from "../load_on_demand.ts";
import type { Permissions } from "../permissions.ts";
import { type FromWorker, lineOf, linesIn, MARK, type ToWorker, type WorkRequest } from "../protocol.ts";
import { startDeno } from "./start_deno.ts";

/** A running worker. */
export interface WorkerProcess {
  send(message: Omit<WorkRequest, "token"> | ToWorker): void;
  /** Lets it end, as it does when nothing can be sent to it any more. */
  close(): void;
  /** Ends it at once. Everything that it has stored is complete. */
  kill(): void;
  /** Its exit code, once it has ended and, unless it was killed, all of its messages have arrived. */
  readonly ended: Promise<number>;
}

/** What a worker loads before it begins. */
export interface WorkerModules {
  /** Named relative to cli/. */
  modules: readonly string[];
  /** Whether it works with the pipeline. */
  hasPipeline: boolean;
  /** URLs of a user's modules. The worker runs their code when its own is loaded and it has given up permissions. */
  uses: readonly string[];
}

const CLI = new URL("../", import.meta.url);

/** What works without the pipeline goes through whole caches, where V8 would let much garbage gather. In megabytes. */
const LITTLE_GARBAGE = ["--max-semi-space-size=2", "--optimize-for-size"];

/**
 * Starts a worker that has loaded some modules before it begins: static imports need no permission, so it need not be
 * able to read any code. `onMessage` receives its messages, and what it prints as lines.
 * @throws UsageError if Deno cannot be started.
 */
export function startWorker(
  modules: WorkerModules,
  may: Permissions,
  onMessage: (message: FromWorker) => void,
): WorkerProcess {
  const child = startDeno(programOf(modules), may, modules.hasPipeline ? [] : LITTLE_GARBAGE);
  const input = child.stdin.getWriter();
  const print = (text: string, to: "output" | "error") => onMessage({ line: { text, to } });
  const token = crypto.randomUUID();
  let hasRequest = false;
  const allRead = Promise.all([
    read(child.stdout, (line) => {
      // Its first message comes before it knows the token.
      const mark = hasRequest ? MARK + token : MARK;
      const at = line.lastIndexOf(mark);
      const message = at < 0 ? null : parsed(line.slice(at + mark.length));
      // Code of the user may print anything to the same stream, also before a message, without a line break.
      if (message === null) print(line, "output");
      else if (at > 0) print(line.slice(0, at), "output");
      if (message !== null) onMessage(message);
    }),
    read(child.stderr, (line) => print(line, "error")),
  ]);
  const killed = Promise.withResolvers<void>();
  return {
    // A worker that has ended receives nothing any more; `ended` reports it.
    send(message) {
      const line = lineOf("command" in message ? { ...message, token } : message);
      hasRequest ||= "command" in message;
      input.write(new TextEncoder().encode(line)).catch(() => {});
    },
    close: () => void input.close().catch(() => {}),
    kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      killed.resolve();
    },
    // If it was killed, a process that it has started may keep its streams open.
    ended: child.status.then(async ({ code }) => {
      await Promise.race([allRead, killed.promise]);
      return code;
    }),
  };
}

/** A module that imports these modules and begins. */
function programOf({ modules, hasPipeline, uses }: WorkerModules): string {
  const from = (name: string) => JSON.stringify(new URL(moduleFile(name), CLI).href);
  // Deno loads what an import() names literally at once, and runs it when it is called.
  const ofUser = uses.map((url) => JSON.stringify(url)).map((url) => `[${url}, () => import(${url})]`);
  const lines = [
    `import ${from("worker/no_storage.ts")};`,
    ...modules.map((name) => `import ${from(name)};`),
    `import { work } from ${from("worker/worker.ts")};`,
    ...(hasPipeline ? [`import { classifier } from ${from("../classifier/pipeline.ts")};`] : []),
    ...(uses.length > 0 ? [`import { extended } from ${from("worker/user_modules.ts")};`] : []),
    uses.length > 0
      ? `await work((request) => extended(classifier, [${ofUser}], request));`
      : `await work(() => ${hasPipeline ? "classifier" : "null"});`,
  ];
  return `data:text/javascript,${encodeURIComponent(lines.join("\n"))}`;
}

async function read(stream: ReadableStream<Uint8Array<ArrayBuffer>>, onLine: (line: string) => void): Promise<void> {
  for await (const line of linesIn(stream)) onLine(line);
}

/** A message; null for a text that only looks like one. */
function parsed(text: string): FromWorker | null {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" ? message as FromWorker : null;
  } catch {
    return null;
  }
}
