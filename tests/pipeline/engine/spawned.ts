import type { Outcome } from "./bench.ts";
import type { Orders } from "./toy_process.ts";

/** A process that runs the toys. */
export class Spawned {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #output: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(orders: Orders) {
    const script = new URL("./toy_process.ts", import.meta.url).href;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-run", script, JSON.stringify(orders)],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Waits until the process prints `line`; any other line is an error. */
  async comesTo(line: string): Promise<void> {
    const said = await this.#nextLine();
    if (said !== line) throw new Error(`Expected the process to print "${line}", but found ${JSON.stringify(said)}.`);
  }

  /** Lets the process continue. */
  async goOn(): Promise<void> {
    await this.#input.write(new Uint8Array(1));
  }

  /** Waits for the end of the run, ignoring messages about waiting for others; returns the digests. */
  async digests(): Promise<Outcome["digests"]> {
    let line = await this.#nextLine();
    while (line?.startsWith("waits for")) line = await this.#nextLine();
    await this.#end();
    if (line === null) throw new Error("The process ended without a result.");
    return JSON.parse(line);
  }

  /** Kills the process like `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#end();
  }

  /** Waits for a process that kills itself; true if it did. */
  async killedItself(): Promise<boolean> {
    while (await this.#nextLine() !== null);
    return await this.#end() === "SIGKILL";
  }

  async #end(): Promise<Deno.Signal | null> {
    const { signal } = await this.#child.status;
    await this.#output.cancel();
    await this.#input.close().catch(() => {});
    return signal;
  }

  async #nextLine(): Promise<string | null> {
    while (!this.#text.includes("\n")) {
      const { done, value } = await this.#output.read();
      if (done) return null;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }
}

/** The lines that processes added to their shared file. */
export function workIn(path: string): string[] {
  return Deno.readTextFileSync(path).trimEnd().split("\n");
}
