/**
 * A real Slurm for tests, in a temporary folder: a controller and nodes that are processes of this machine. Nothing outside
 * of the folder is written, and no service has to run.
 */
import { join } from "node:path";

/** Debian's packages with everything that a cluster needs. */
export const SLURM = {
  paths: ["/usr/bin/sbatch", "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged"],
  packages: "slurm-wlm munge",
};

/** What a program has printed. */
export interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

/** A running cluster. `await using` ends it. */
export interface Cluster extends AsyncDisposable {
  /** The folder that holds all of it. */
  readonly folder: string;
  /** What programs need to find it. */
  readonly env: Record<string, string>;
  /** Runs one of Slurm's programs, and fails unless it succeeds. */
  slurm(program: string, ...args: string[]): Promise<string>;
  /** Kills the controller with SIGKILL; what it knows of this job is on its disk: it saves its state only now and then. */
  killController(job: string): Promise<void>;
  startController(): Promise<void>;
  /** Each task that Slurm still knows: "STATE" by "ARRAY_INDEX" or "JOB". */
  states(): Promise<Record<string, string>>;
}

/** How a cluster is made. Each node has this many processors. */
export interface ClusterOptions {
  nodes?: number;
  processors?: number;
  maxArraySize?: number;
}

/** Milliseconds in which anything of a cluster happens, if it happens at all. */
const PATIENCE = 60_000;

/** Waits until something is so. @throws Error, which says what was waited for. */
export async function until(what: string, isSo: () => Promise<boolean> | boolean, patience = PATIENCE): Promise<void> {
  const started = performance.now();
  while (!await isSo()) {
    if (performance.now() - started > patience) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts a cluster, and waits until its nodes take jobs. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes = 2, processors = 4, maxArraySize = 1001 } = options;
  const folder = await Deno.makeTempDir({ prefix: "retrace-slurm-" });
  // munged refuses a folder that others may not enter.
  await Deno.chmod(folder, 0o755);
  const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
  for (const name of ["munge", "state", "log", ...names]) await Deno.mkdir(join(folder, name), { mode: 0o755 });
  const configuration = join(folder, "slurm.conf");
  const env = { SLURM_CONF: configuration };
  const running = new Map<string, Deno.ChildProcess>();
  const start = (name: string, program: string, ...args: string[]) => {
    const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
    running.set(name, new Deno.Command(program, { args, env, ...streams }).spawn());
  };
  const kill = async (name: string) => {
    const process = running.get(name)!;
    running.delete(name);
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await process.status;
  };
  const run = (program: string, ...args: string[]) => output(program, args, env);
  const cluster: Cluster = {
    folder,
    env,
    async slurm(program, ...args) {
      const { code, stdout, stderr } = await run(program, ...args);
      if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
      return stdout;
    },
    async killController(job) {
      const changed = Date.now();
      await cluster.slurm("scontrol", "update", `jobid=${job}`, "comment=saved");
      const saved = () => Deno.stat(join(folder, "state/job_state")).then(({ mtime }) => mtime!.getTime(), () => 0);
      await until("the controller has saved its state", async () => await saved() > changed);
      await kill("controller");
    },
    async startController() {
      start("controller", "/usr/sbin/slurmctld", "-D", "-f", configuration);
      await until("the controller answers", async () => (await run("scontrol", "ping")).stdout.includes("is UP"));
    },
    async states() {
      const lines = (await run("squeue", "-h", "-t", "all", "-r", "-o", "%i %T")).stdout.trim().split("\n");
      return Object.fromEntries(lines.map((line) => line.split(" ")));
    },
    async [Symbol.asyncDispose]() {
      // What runs in a task outlives a node's process that is killed.
      await run("scancel", "--signal=KILL", "--full", "-u", userName());
      await run("scancel", "-u", userName());
      const isIdle = async () => (await run("squeue", "-h", "-t", "R,CG,S")).stdout.trim() === "";
      await until("no task runs", isIdle, 15_000).catch(() => {});
      for (const name of [...running.keys()].reverse()) await kill(name);
      await Deno.remove(folder, { recursive: true });
    },
  };
  try {
    await startMunge(folder, (...words) => start("munge", "/usr/sbin/munged", ...words));
    await Deno.writeTextFile(configuration, configurationOf(folder, names, processors, maxArraySize));
    await Deno.writeTextFile(join(folder, "plugstack.conf"), "");
    await cluster.startController();
    for (const name of names) start(name, "/usr/sbin/slurmd", "-D", "-N", name, "-f", configuration);
    const isReady = async () => {
      const { stdout } = await run("sinfo", "-h", "-N", "-p", "main", "-o", "%t");
      return stdout.trim() === names.map(() => "idle").join("\n");
    };
    await until("all nodes are idle", isReady);
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs a program, and waits for its end. */
export async function output(
  program: string,
  args: string[],
  env: Record<string, string>,
  cwd?: string,
): Promise<Printed> {
  const streams = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const { code, stdout, stderr } = await new Deno.Command(program, { args, env, cwd, ...streams }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: text, stderr: errors };
}

async function startMunge(folder: string, start: (...words: string[]) => void): Promise<void> {
  const path = (name: string) => join(folder, "munge", name);
  await Deno.writeFile(path("key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o600 });
  start(
    "-F",
    ...["key", "socket", "pid", "log", "seed"].map((name) =>
      `--${name}${name === "socket" ? "" : "-file"}=${path(name)}`
    ),
  );
  await until("munge has a socket", () => Deno.stat(path("socket")).then(() => true, () => false));
}

function userName(): string {
  return new TextDecoder().decode(new Deno.Command("id", { args: ["-un"] }).outputSync().stdout).trim();
}

/** Two partitions: jobs of `urgent` preempt those of `main`, which are then requeued. */
function configurationOf(folder: string, names: string[], processors: number, maxArraySize: number): string {
  const ports = freePorts(names.length + 1);
  const host = Deno.hostname().split(".")[0];
  const nodes = names.map((name, i) =>
    `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[i + 1]} CPUs=${processors} ` +
    `CoresPerSocket=${processors} RealMemory=4000`
  );
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=${userName()}
SlurmdUser=${userName()}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${folder}/munge/socket,cred_expire=5
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.%n.pid
SlurmctldLogFile=${folder}/log/slurmctld
SlurmdLogFile=${folder}/log/slurmd.%n
PlugStackConfig=${folder}/plugstack.conf
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=10000,batch_sched_delay=0
PriorityType=priority/basic
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
MinJobAge=3600
MaxArraySize=${maxArraySize}
JobRequeue=1
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
${nodes.join("\n")}
PartitionName=main Nodes=${names.join(",")} Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=${names.join(",")} MaxTime=INFINITE State=UP PriorityTier=10
`;
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  listeners.forEach((listener) => listener.close());
  return ports;
}
