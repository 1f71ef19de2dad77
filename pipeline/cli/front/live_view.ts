/**
 * What goes on, for people: a line per run in progress, with a bar, epoch, loss and the time left. On a terminal the lines
 * are drawn below everything else that is printed; the cursor rests at the start of the first, so whatever is printed
 * next, by any process, leaves nothing stale. Otherwise there is a plain line per run every few seconds.
 */
import { bytesText, secondsText } from "../../text/numbers.ts";
import { visible } from "../../text/visible.ts";
import type { ProgressReport } from "../protocol.ts";
import { type Line, writeLine } from "../terminal.ts";

/** Shows the progress of several runs. */
export interface LiveView {
  /** Writes a line above the bars. */
  write(line: Line): void;
  /** Shows how far a worker's run is; null removes it. */
  show(worker: object, report: ProgressReport | null): void;
  /** From now on, lines have the names of their runs. */
  nameRuns(): void;
  /** Removes the bars. */
  close(): void;
}

/** A report, and when and where its stage began. */
interface Shown extends ProgressReport {
  since: number;
  from: number;
}

/** Milliseconds between two drawings on a terminal, and between two lines elsewhere. */
const [REDRAW, REPORT] = [100, 5000];
/** Characters of a bar. */
const [MIN_BAR, MAX_BAR] = [6, 24];
/** So a bar keeps its length when the time left becomes known. */
const MIN_DETAILS = 50;
const CLEAR = "\r\x1b[J";

/** Makes a view on standard error. A quiet one shows no progress. */
export function makeLiveView(isQuiet: boolean): LiveView {
  const isTerminal = Deno.stderr.isTerminal();
  const runs = new Map<object, Shown>();
  const changed = new Set<object>();
  let isDrawn = false;
  let areNamed = false;
  /** The names of all runs so far. */
  const names = new Set<string>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function clear(): void {
    if (isDrawn) put(CLEAR);
    isDrawn = false;
  }

  function draw(): void {
    // A terminal may not know its size.
    const { columns, rows } = Deno.consoleSize();
    const [width, height] = [(columns || 80) - 1, Math.max(1, (rows || 24) - 1)];
    const shown = [...runs.values()].slice(0, height);
    const lines = shown.map((run) => barLine(run, areNamed ? shortName(run.run, names) : "", width));
    if (lines.length === 0) return clear();
    const back = lines.length > 1 ? `\x1b[${lines.length - 1}A` : "";
    put(`${CLEAR}${lines.join("\n")}${back}\r`);
    isDrawn = true;
  }

  function report(): void {
    for (const run of changed) {
      const shown = runs.get(run);
      if (shown !== undefined) writeLine({ text: plainLine(shown), to: "error" });
    }
    changed.clear();
  }

  return {
    write(line) {
      clear();
      writeLine(line);
      if (isTerminal && runs.size > 0) draw();
    },
    show(worker, given) {
      if (isQuiet) return;
      if (given === null) {
        runs.delete(worker);
        if (isTerminal) draw();
        return;
      }
      const before = runs.get(worker);
      const isSame = before?.run === given.run && before.stage === given.stage && before.total === given.total;
      const { since, from } = isSame ? before : { since: performance.now(), from: given.done };
      runs.set(worker, { ...given, since, from });
      names.add(given.run);
      changed.add(worker);
      timer ??= setInterval(isTerminal ? draw : report, isTerminal ? REDRAW : REPORT);
    },
    nameRuns: () => void (areNamed = true),
    close() {
      clearInterval(timer);
      runs.clear();
      clear();
    },
  };
}

function put(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

/** A line with a bar that takes the room that is left, cut to `width` characters. */
function barLine(run: Shown, name: string, width: number): string {
  const label = name === "" ? run.stage.padEnd(8) : `${name}  ${run.stage.padEnd(8)}`;
  const details = joined(...detailsOf(run));
  const room = width - label.length - Math.max(details.length, MIN_DETAILS) - 6;
  const bar = barOf(shareOf(run), Math.max(MIN_BAR, Math.min(MAX_BAR, room)));
  return joined(`  ${label}`, bar, details).slice(0, width);
}

function barOf(share: number | null, width: number): string {
  if (share === null) return "";
  const filled = Math.round(share * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
}

/** The parts of a run's name that not all runs have: "seed=3" of "two-layer@seed=3,train.epochs=15". */
function shortName(name: string, names: ReadonlySet<string>): string {
  const partsOf = (one: string) => one.split(/[@,]/);
  const others = [...names].filter((one) => one !== name).map(partsOf);
  if (others.length === 0) return name;
  const own = partsOf(name).filter((part) => !others.every((parts) => parts.includes(part)));
  return own.length === 0 ? partsOf(name)[0] : own.join(",");
}

function plainLine(run: Shown): string {
  return joined(`${run.run}: ${run.stage}`, ...detailsOf(run));
}

/** The parts that are not empty; control characters that a file's name may contain are made visible. */
function joined(...parts: string[]): string {
  return visible(parts.filter((part) => part !== "").join("  "));
}

/** Percentage, amount, note and time left, as far as they are known. */
function detailsOf(run: Shown): string[] {
  const { done, total, unit, note } = run;
  const share = shareOf(run);
  const amount = unit === "steps" || done === 0
    ? ""
    : `${bytesText(done)}${total === null ? "" : ` of ${bytesText(total)}`}`;
  return [share === null ? "" : `${Math.floor(share * 100)} %`, amount, note, timeLeft(run)];
}

function shareOf({ done, total }: Shown): number | null {
  return total === null || total <= 0 ? null : Math.min(1, done / total);
}

/** The rest of the work at the speed so far, as soon as that is known; of work of unknown size, the time so far. */
function timeLeft({ done, total, from, since }: Shown): string {
  const seconds = (performance.now() - since) / 1000;
  if (total === null) return seconds < 1 ? "" : secondsText(seconds);
  if (done <= from || done >= total || seconds < 0.5) return "";
  return `${secondsText((total - done) * seconds / (done - from))} left`;
}
