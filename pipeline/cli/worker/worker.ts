/** An entry point: a worker process. It does what its front requests, and ends when the front has ended. */
import type { Pipeline } from "../../define/define_pipeline.ts";
import { CodeReader } from "../../engine/keys/code.ts";
import { keepCodeNote } from "../../engine/keys/receipt.ts";
import { Store } from "../../engine/store/store.ts";
import { checkExported } from "../../define/exported.ts";
import type { CommandContext } from "../command.ts";
import { loadCommand } from "../command_list.ts";
import { FAILED, printFailure } from "../failure.ts";
import type { Options } from "../option.ts";
import { PatientStop } from "../patient_stop.ts";
import { type FromWorker, lineOf, linesIn, MARK, type ToWorker, type WorkRequest } from "../protocol.ts";
import { StoppedError } from "../stopped_error.ts";
import { formatFor, redirect } from "../terminal.ts";

/** Milliseconds that work has to stop in when its front has ended. */
const MAX_STOP = 2000;

/**
 * Receives a request, does it, and ends the process. The modules that it needs have been loaded before; `pipelineFor` gives
 * the pipeline for a request, or null.
 */
export async function work(
  pipelineFor: (request: WorkRequest) => Pipeline | null | Promise<Pipeline>,
): Promise<never> {
  send({ loaded: true });
  redirect((line) => send({ line }));
  // The terminal sends Ctrl-C to all processes; the front decides what it means.
  Deno.addSignalListener("SIGINT", () => {});
  const lines = linesIn(Deno.stdin.readable);
  const first = await lines.next();
  // The front was ended before it sent anything.
  if (first.done) Deno.exit(FAILED);
  const request: WorkRequest = JSON.parse(first.value);
  const { command: name, args, options, screen, code, notes, readable, locks, permissions } = request;
  mark = MARK + request.token;
  formatFor(screen);
  for (const note of notes) await keepCodeNote(new Store(String(options.cache)), note);
  const { signal, patience, receive } = inboxOf(lines);
  try {
    const command = await loadCommand(name);
    const pipeline = await pipelineFor(request);
    const context = {
      ...{ args, options, signal, patience, permissions, receive, send },
      get pipeline() {
        return pipeline ?? missing(name, "works without the pipeline");
      },
      get code() {
        return new CodeReader(code ?? missing(name, "does not declare which experiments it loads"));
      },
      foldersOf: (file: string) => readable[file],
      lockOf: (file: string) => locks[file],
    };
    if (code !== null && pipeline !== null) await checkExported(pipeline);
    end(await command.run(context), patience.completed);
  } catch (error) {
    end(printFailure(error), patience.completed);
  }
}

/** Ends the process; without this message the front takes it for a crash. */
function end(exit: number, steps: number): never {
  send({ exit, steps });
  Deno.exit(exit);
}

function missing(command: string, what: string): never {
  throw new TypeError(`The command ${command} ${what}.`);
}

/** What each of its messages begins with. */
let mark = MARK;

function send(message: FromWorker): void {
  const bytes = new TextEncoder().encode(mark + lineOf(message));
  try {
    for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
  } catch {
    // The front has ended.
    Deno.exit(FAILED);
  }
}

/** Receives messages; a request to stop, or the end of the front, aborts the signal. */
function inboxOf(lines: AsyncGenerator<string>): Pick<CommandContext<Options>, "signal" | "patience" | "receive"> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const patience = new PatientStop((reason) => stopping.abort(reason));
  const arrived: ToWorker[] = [];
  let wake = () => {};
  const listen = async () => {
    for await (const line of lines) {
      const message: ToWorker = JSON.parse(line);
      if ("stop" in message) {
        const reason = new StoppedError(message.stop.message, message.stop.exitCode);
        if (message.stop.afterStep) patience.request(reason);
        else stopping.abort(reason);
      } else {
        arrived.push(message);
      }
      wake();
    }
    stopping.abort(new StoppedError("The process that started this worker has ended.", FAILED));
    wake();
    setTimeout(() => Deno.exit(FAILED), MAX_STOP);
  };
  listen();
  const receive = async (): Promise<ToWorker> => {
    while (arrived.length === 0) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => wake = resolve);
    }
    return arrived.shift()!;
  };
  return { signal, patience, receive };
}
