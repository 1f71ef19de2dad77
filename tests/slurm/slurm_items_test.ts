/** How items are, by what Slurm says and what is stored, without a cluster. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import type { Slurm } from "../../pipeline/cli/front/slurm_client.ts";
import { lookAt, type SlurmWork } from "../../pipeline/cli/front/slurm_items.ts";
import { hasEnded, isCompleted, tasksIn } from "../../pipeline/cli/front/slurm_tasks.ts";

/** A task of the array 7 as scontrol shows it. */
function taskLine(index: number, state: string, exit = "0:0", restarts = 0): string {
  return `JobId=${7 + index} ArrayJobId=7 ArrayTaskId=${index} JobName=x.0 JobState=${state} Reason=None ` +
    `Restarts=${restarts} ExitCode=${exit} RunTime=00:00:01 TimeLimit=00:30:00 StartTime=Unknown NodeList=n1`;
}

Deno.test("an item is done by what is stored, whatever Slurm says; one that has ended without that has failed", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-items-" });
  try {
    const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const note = { name: "x", at: "", items: ids.slice(0, 7), arrays: [{ tasks: 7, job: "7" }], follow: null };
    Deno.mkdirSync(join(folder, "x"));
    Deno.writeTextFileSync(join(folder, "x", "submission.json"), JSON.stringify(note));
    const stdout = [
      taskLine(0, "FAILED", "1:0"),
      taskLine(1, "COMPLETED"),
      taskLine(2, "COMPLETED"),
      taskLine(3, "RUNNING"),
      taskLine(4, "PENDING"),
      taskLine(5, "PENDING", "0:0", 2),
      taskLine(6, "NODE_FAIL"),
    ].join("\n");
    const slurm = { run: () => Promise.resolve({ code: 0, stdout, stderr: "" }) } as unknown as Slurm;
    const asked: number[] = [];
    const work = {
      folder,
      items: ids.map((id) => ({ id, label: id, stored: { isDone: false, steps: null } })),
      survey(indices: readonly number[]) {
        asked.push(...indices);
        return Promise.resolve(indices.map((i) => ({ isDone: i === 2, steps: null })));
      },
    } as unknown as SlurmWork;
    const states = (await lookAt(slurm, work)).map(({ state }) => state);
    assertEquals(states, ["failed", "failed", "done", "running", "pending", "requeued", "failed", "new"]);
    assertEquals(asked.sort(), [0, 1, 2, 3, 6], "what is stored of tasks that wait does not change");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("which states are ends, and which of these is a good one", () => {
  const taskIn = (state: string, exit?: string) => tasksIn(taskLine(0, state, exit))[0];
  const ends = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "BOOT_FAIL"];
  assertEquals(ends.filter((state) => !hasEnded(taskIn(state))), []);
  const others = ["PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "REQUEUED", "STOPPED"];
  assertEquals(others.filter((state) => hasEnded(taskIn(state))), []);
  const good = [taskIn("COMPLETED"), taskIn("COMPLETED", "1:0"), taskIn("COMPLETED", "0:9"), taskIn("FAILED")];
  assertEquals(good.map(isCompleted), [true, false, false, false]);
});
