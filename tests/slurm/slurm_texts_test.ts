/** What Slurm's programs print, and what bash and sbatch are given, without a cluster. */
import { assertEquals, assertThrows } from "@std/assert";
import { readCommandLine } from "../../pipeline/cli/command_line.ts";
import { command as run } from "../../pipeline/cli/commands/run.ts";
import { quoted, wordsOf } from "../../pipeline/cli/front/command_words.ts";
import { slurmPermissions } from "../../pipeline/cli/front/slurm_client.ts";
import { failureOf, type ItemStatus } from "../../pipeline/cli/front/slurm_items.ts";
import { arrayOptions, arrayScript, followingScript, sbatchOptions } from "../../pipeline/cli/front/slurm_script.ts";
import { accountedIn, hasEnded, type SlurmTask, tasksIn } from "../../pipeline/cli/front/slurm_tasks.ts";
import { permissionFlags } from "../../pipeline/cli/permissions.ts";
import { checkSlurmChoices, sbatchWords } from "../../pipeline/cli/slurm_options.ts";
import { PatientStop } from "../../pipeline/cli/patient_stop.ts";
import { StoppedError } from "../../pipeline/cli/stopped_error.ts";
import { UsageError } from "../../pipeline/engine/run_errors.ts";

/** Options and arguments as they are typed. */
const typed = (...words: string[]) => readCommandLine(words, run)!;
const commandOf = (...words: string[]) => ({
  name: "run",
  options: run.options,
  line: typed(...words),
  folder: "results/.slurm",
});

Deno.test("a command line can be typed again: every option and argument as it was", () => {
  const words = [
    "a b.json",
    "--set",
    "train.epochs=1,2",
    "--set",
    "x='\n",
    "--json",
    "--allow-host",
    "data.example",
    "--sbatch",
    "--mem=4G",
  ];
  const line = typed(...words);
  assertEquals(typed(...wordsOf(run.options, line)), line);
  assertEquals(line.options.sbatch, ["--mem=4G"]);
  assertEquals(typed(...wordsOf(run.options, line, { json: false })).options.json, false);
});

Deno.test("bash reads every quoted word as it is", async () => {
  const words = [
    "",
    "plain",
    "it's",
    '"$(touch x)"',
    "`a` $HOME * ~ !",
    "\\n",
    "tab\tline\nreturn\r\x01f\x7f",
    "ä — 日本",
    "--a=b",
    "'\n'",
  ];
  const script = `printf '%s\\0' ${words.map(quoted).join(" ")}`;
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script] }).output();
  assertEquals(new TextDecoder().decode(stdout).split("\0").slice(0, -1), words);
  assertEquals(words.map(quoted).filter((text) => /[\n\r]/.test(text)), []);
});

Deno.test("the script of a task is the command without Slurm, and that of the job that follows is the command itself", () => {
  const command = commandOf(
    "e.json",
    "--seeds",
    "0..1",
    "--slurm",
    "--time",
    "30",
    "--partition=p",
    "--sbatch",
    "--mem=1G",
    "--wait",
    "--jobs",
    "2",
  );
  const [shebang, , open, item, close, task] = arrayScript(command, ["0:ab"]).split("\n");
  assertEquals([shebang, open, item, close], ["#!/bin/bash", "items=(", "0:ab", ")"]);
  const own = /main\.ts run (.*)$/.exec(task)![1];
  assertEquals(
    own,
    '--only="${items[$SLURM_ARRAY_TASK_ID]}" --task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" ' +
      '--restarts="${SLURM_RESTART_COUNT:-0}" --threads="$((SLURM_CPUS_ON_NODE < 256 ? SLURM_CPUS_ON_NODE : 256))" ' +
      "--seeds=0..1 --results=results --cache=.retrace -- e.json",
  );
  const following = /main\.ts run (.*)$/m.exec(followingScript(command))![1].split(" ");
  const { options } = typed(...following);
  const { conclude, wait, slurm, time, partition, sbatch, jobs } = options;
  assertEquals([conclude, wait, slurm, time, partition, sbatch, jobs], [true, false, true, "30", "p", ["--mem=1G"], 2]);
  assertEquals(arrayOptions(command, 3, 1), ["--array=0-2", "--signal=B:TERM@60"]);
  const limits = [1, 3, 9].map((arrays) =>
    arrayOptions(commandOf("e.json", "--slurm", "--array-limit=8"), 3, arrays)[0]
  );
  assertEquals(limits, ["--array=0-2%8", "--array=0-2%2", "--array=0-2%1"]);
  const written = sbatchOptions({ ...command, folder: "100% mine" }, "name", "%A_%a.log");
  assertEquals(written.includes("--output=100%% mine/%A_%a.log"), true);
  assertThrows(() => sbatchOptions({ ...command, folder: "a\\b" }, "name", "log"), UsageError, "backslash");
});

Deno.test("the process that asks Slurm may start its three programs, and read and write results: nothing else", () => {
  assertEquals(permissionFlags(slurmPermissions("results")), [
    "--allow-read=results",
    "--allow-write=results",
    "--allow-sys=hostname",
    "--allow-run=sbatch,scontrol,sacct",
  ]);
});

Deno.test("--sbatch takes long options that change nothing of Retrace's own, also not by the beginning of their names", () => {
  assertEquals(sbatchWords(["--mem=4G --account=my lab", " --exclusive "]), [
    "--mem=4G",
    "--account=my lab",
    "--exclusive",
  ]);
  const wrong = [
    "--array=1-2",
    "--arr=1",
    "--o=x",
    "--outpu=x",
    "-p",
    "-p x",
    "script.sh",
    "--mem 4G",
    "--partition=x",
    "--wai",
    "--",
    "--mem=1 -a",
  ];
  for (const text of wrong) assertThrows(() => sbatchWords([text]), UsageError, "--sbatch", text);
  const own = ["output", "array", "dependency", "requeue", "no-requeue", "signal", "chdir", "wrap", "job-name", "wait"];
  for (const name of own) assertThrows(() => sbatchWords([`--${name}=x`]), UsageError, `--${name} itself`);
});

Deno.test("options for Slurm need --slurm, and some options cannot be with it", () => {
  const check = (...words: string[]) => {
    const { failFast, ...choices } = typed("e.json", ...words).options;
    checkSlurmChoices(choices as never, { "fail-fast": failFast });
  };
  check("--slurm", "--time", "1", "--wait");
  for (
    const words of [["--time", "1"], ["--wait"], ["--array-limit", "2"], ["--sbatch", "--mem=1"], ["--partition", "p"]]
  ) {
    assertThrows(() => check(...words), UsageError, "needs --slurm");
  }
  assertThrows(() => check("--slurm", "--fail-fast"), UsageError, "cannot be used with --slurm");
});

/** As Slurm 22.05 prints jobs; most fields are left out. */
const JOBS =
  `JobId=9 ArrayJobId=7 ArrayTaskId=2-4,9%3 ArrayTaskThrottle=3 JobName=retrace-1.0 UserId=a(1) JobState=PENDING Reason=Resources Requeue=1 Restarts=0 ExitCode=0:0 RunTime=00:00:00 TimeLimit=1-00:01:00 StartTime=Unknown NodeList= WorkDir=/x JobState=FAILED
JobId=8 ArrayJobId=7 ArrayTaskId=1 JobName=retrace-1.0 UserId=a(1) JobState=RUNNING Reason=None Restarts=1 ExitCode=0:0 RunTime=00:01:30 TimeLimit=UNLIMITED StartTime=2026-11-27T21:05:03 NodeList=n1 BatchHost=n1
JobId=7 ArrayJobId=7 ArrayTaskId=0 JobName=retrace-1.0 UserId=a(1) JobState=FAILED Reason=NonZeroExitCode Restarts=0 ExitCode=1:0 RunTime=00:00:30 TimeLimit=00:02:00 StartTime=2026-11-27T21:05:00 NodeList=n2 BatchHost=n2
JobId=10 JobName=retrace-1.end JobState=PENDING Reason=Dependency Restarts=0 ExitCode=0:0 RunTime=00:00:00 TimeLimit=30 NodeList=
`;

Deno.test("what scontrol and sacct print is read task by task; fields that people can choose change nothing", () => {
  const tasks = tasksIn(JOBS);
  assertEquals(tasks.map(({ id, state }) => `${id} ${state}`), [
    ...["7_2 PENDING", "7_3 PENDING", "7_4 PENDING", "7_9 PENDING"],
    ...["7_1 RUNNING", "7_0 FAILED", "10 PENDING"],
  ]);
  assertEquals(tasks[0].secondsLeft, 86_460);
  const [running, failed] = tasks.slice(4);
  const { node, since, restarts, secondsLeft, reason } = running;
  assertEquals([node, since, restarts, secondsLeft, reason], ["n1", "2026-11-27T21:05:03", 1, null, ""]);
  assertEquals([failed.exitCode, failed.signal, failed.secondsLeft, hasEnded(failed)], [1, 0, 90, true]);
  const text =
    "7_0|CANCELLED by 1000|0:15|n1|2026-11-27T21:05:03\n7_0.batch|x|1:0||\n7_[1-3]|PENDING|0:0||\n8|COMPLETED|0:0|n2|x\n";
  assertEquals(accountedIn(text).map(({ id, state, signal }) => [id, state, signal]), [["7_0", "CANCELLED", 15], [
    "8",
    "COMPLETED",
    0,
  ]]);
});

Deno.test("each way to fail has its words", () => {
  const words = (change: Partial<SlurmTask>) => {
    const task: SlurmTask = {
      id: "1_0",
      state: "FAILED",
      reason: "",
      node: "n1",
      since: "",
      exitCode: 0,
      signal: 0,
      restarts: 0,
      secondsLeft: null,
      ...change,
    };
    const submitted = { id: "1_0", log: "r/.slurm/x/1_0.log", task, isActive: false, isFollowed: false };
    return failureOf({ label: "a", state: "failed", isDone: false, steps: null, submitted } as ItemStatus);
  };
  assertEquals(
    [{ exitCode: 3 }, { signal: 9 }, { state: "TIMEOUT" }, { state: "OUT_OF_MEMORY" }, { state: "NODE_FAIL" }, {
      state: "DEADLINE",
      reason: "late",
    }].map(words),
    [
      "exit code 3",
      "killed by SIGKILL",
      "the time limit: --time is shorter than an epoch",
      'out of memory: --sbatch "--mem=…" allows more',
      "its node failed",
      "deadline late",
    ],
  );
  assertEquals(
    words({ state: "COMPLETED" }),
    "it ended well, but its results are not here: is r/.slurm/x on a file system that n1 shares?",
  );
});

Deno.test("work that is to end completes the step in progress; between stages it ends at once", () => {
  const ended: string[] = [];
  const patience = () => new PatientStop(({ message }) => ended.push(message));
  const reason = new StoppedError("now", 143);
  const inStep = patience();
  inStep.stepsBegin();
  inStep.stepEnds();
  inStep.request(reason);
  assertEquals([ended, inStep.completed], [[], 1]);
  inStep.stepEnds();
  assertEquals([ended, inStep.completed], [["now"], 2]);
  patience().request(reason);
  assertEquals(ended.length, 2);
  const after = patience();
  after.stepsBegin();
  after.stageEnds();
  after.request(reason);
  assertEquals(ended.length, 3);
});
