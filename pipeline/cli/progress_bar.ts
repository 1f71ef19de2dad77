/** The progress bar of a stage; there is none when standard error is not a terminal. */
import process from "node:process";
import { bytesText } from "../text/numbers.ts";

/** A bar for one stage. */
export interface ProgressBar {
  update(done: number, total: number | null, note?: string): void;
  /** Removes the bar, to make room for a line; the next update draws it again. */
  clear(): void;
}

/** Makes a bar on standard error, labelled with a stage's name. Amounts are printed if the unit is bytes. */
export async function makeProgressBar(label: string, unit: "bytes" | "steps" = "steps"): Promise<ProgressBar> {
  if (!Deno.stderr.isTerminal()) return { update() {}, clear() {} };
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: `  ${label.padEnd(10)} {bar} {percentage}%  {amount}{note}`,
    clearOnComplete: true,
    hideCursor: null,
    barsize: 24,
    fps: 10,
    stream: process.stderr,
  }, cliProgress.Presets.shades_classic);
  let started = false;
  return {
    update(done, total, note = "") {
      const amount = unit === "steps" ? "" : `${bytesText(done)}${total === null ? "" : ` of ${bytesText(total)}`}  `;
      if (!started) bar.start(total ?? done, done, { amount, note });
      started = true;
      bar.setTotal(total ?? done);
      bar.update(done, { amount, note });
    },
    clear() {
      if (started) bar.stop();
      started = false;
    },
  };
}
