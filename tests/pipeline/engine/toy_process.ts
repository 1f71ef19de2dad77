/**
 * Runs the toys in a separate process, for tests of kills and concurrency. Prints what it does, line by line; at the
 * points that the test has chosen, it waits for a byte on its input. Not a test itself.
 */
import { type Changes, runToys } from "./bench.ts";
import { type Fault, FaultyIo } from "./faulty_io.ts";

/** What the process does. */
export interface Orders {
  cache: string;
  params?: Changes;
  /** A file that several processes share; every piece of work adds a line. */
  work: string;
  /** Waits before the run. */
  waitAtStart?: boolean;
  /** Waits before this piece of work. */
  waitAt?: string;
  /** A named pipe: waits for a byte from it instead of from its input. */
  gate?: string;
  /** Kills itself at this call of the store. */
  killAt?: { call: number; fault: Fault };
}

if (import.meta.main) {
  const orders = JSON.parse(Deno.args[0]) as Orders;
  if (orders.waitAtStart) wait("ready");
  const { digests } = await runToys(orders.cache, {
    params: orders.params,
    io: orders.killAt && new FaultyIo(orders.cache, orders.killAt.call, orders.killAt.fault, killMyself),
    log(work) {
      Deno.writeTextFileSync(orders.work, `${work}\n`, { append: true });
      if (work !== orders.waitAt) return;
      if (orders.gate === undefined) return wait(`at ${work}`);
      // Only once: repeated work does not wait again.
      orders.waitAt = undefined;
      passGate(orders.gate);
    },
    events: { stageWaits: ({ name }) => say(`waits for ${name}`) },
  });
  say(JSON.stringify(digests));
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function wait(where: string): void {
  say(where);
  Deno.stdin.readSync(new Uint8Array(1));
}

/** Waits at a named pipe until its other end was opened and a byte written. */
export function passGate(path: string): void {
  using gate = Deno.openSync(path);
  gate.readSync(new Uint8Array(1));
}

function killMyself(): void {
  Deno.kill(Deno.pid, "SIGKILL");
  // The signal can take a moment to arrive; nothing more may happen until then.
  for (;;);
}
