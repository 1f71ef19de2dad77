/** What is printed about work that Slurm does: a table for people, and a line of JSON per item for programs. */
import type { Submission } from "./slurm_submissions.ts";
import { bold, dim, green, print, red, tableText, yellow } from "../terminal.ts";
import { failureOf, type ItemStatus, lastLines } from "./slurm_items.ts";

/** Rows that a table has at most of each state; of an array, most are alike. */
const MAX_ROWS = 20;
const STYLES: Record<ItemStatus["state"], (text: string) => string> = {
  ...{ failed: red, running: green, requeued: yellow, pending: yellow },
  ...{ done: (text) => text, new: (text) => text },
};

/** Prints how items are. */
export function printStatuses(all: readonly ItemStatus[], isJson: boolean): void {
  if (isJson) return all.forEach((one) => print(JSON.stringify(jsonOf(one))));
  const rows = [...Map.groupBy(all, ({ state }) => state).values()].flatMap((group) => group.slice(0, MAX_ROWS));
  const shown = all.filter((one) => rows.includes(one));
  print(tableText(shown.map((one) => [`  ${one.label}`, STYLES[one.state](one.state), ...cellsOf(one)])));
  if (shown.length < all.length) print(dim(`  … and ${all.length - shown.length} more`));
  for (const one of shown.filter(({ state }) => state === "failed")) {
    print(`${red(one.label)}: ${one.submitted!.log}`);
    for (const line of lastLines(one)) print(dim(`  ${line}`));
  }
  print(bold(countsText(all)));
}

/** "40 runs: 12 done, 3 running, 25 pending". */
export function countsText(all: readonly ItemStatus[]): string {
  const counts = Map.groupBy(all, ({ state }) => state);
  const parts = Object.keys(STYLES).flatMap((state) => {
    const { length = 0 } = counts.get(state as ItemStatus["state"]) ?? {};
    return length === 0 ? [] : [`${length} ${state}`];
  });
  return `${all.length} in all: ${parts.join(", ")}`;
}

/** How an item is, in a line. */
export function statusLine(one: ItemStatus): string {
  return [`${one.label}: ${one.state}`, ...cellsOf(one)].filter((text) => text !== "").join("  ");
}

/** Its job, and what else is known. */
function cellsOf(one: ItemStatus): string[] {
  const { state, submitted, steps } = one;
  if (state === "done" || submitted === null) return [];
  const { id, task } = submitted;
  const details = {
    running: task === null ? "" : `${task.node} since ${task.since.replace("T", " ")}`,
    pending: task?.reason ?? "",
    requeued: `${task?.reason ?? ""} after ${task?.restarts === 1 ? "1 restart" : `${task?.restarts} restarts`}`,
    failed: failureOf(one),
    new: "",
  }[state];
  const stored = steps === null ? "" : `${steps.name} ${steps.stored} of ${steps.wanted} stored`;
  return [id, details, stored];
}

function jsonOf(one: ItemStatus): Record<string, unknown> {
  const { label: run, state, steps, submitted } = one;
  if (state === "done" || submitted === null) return { run, state, steps };
  const { id: job, log, task } = submitted;
  const { node = null, since = null, exitCode = null, signal = null, restarts = null } = task ?? {};
  const why = state === "failed" ? failureOf(one) : task?.reason ?? null;
  return { run, state, steps, job, log, node, since, exitCode, signal, restarts, reason: why };
}

/** Says what was submitted, and how to see how it is. */
export function printSubmission({ items, arrays, follow }: Submission, folder: string): void {
  const jobs = arrays.map(({ job, tasks }) => `${job} (${tasks} ${tasks === 1 ? "task" : "tasks"})`);
  const rows = [
    [
      "  submitted",
      items.length === 0
        ? `job ${follow}, which concludes`
        : `job ${jobs.join(", ")}; job ${follow} follows and concludes`,
    ],
    ["  logs", `${folder}/`],
    ["  next", "the same command shows how they are; --wait follows them"],
    ["  end", `scancel ${[...arrays.map(({ job }) => job), follow].join(" ")}`],
  ];
  print(tableText(rows));
}
