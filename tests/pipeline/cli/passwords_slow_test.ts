/** Passwords in web addresses: they are sent to the server, and are in no output and in no file that a run writes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { filesUnder, type Outcome, retrace } from "./retrace.ts";

const USER = "me";
const PASSWORD = "sw0rd-fish";

/** A server of a small dataset's files that only answers with the right password. */
function serve(small: SmallDataset) {
  const answer = async (request: Request) => {
    const { pathname } = new URL(request.url);
    const authorization = `Basic ${btoa(`${USER}:${PASSWORD}`)}`;
    if (request.headers.get("authorization") !== authorization) return new Response("who?", { status: 401 });
    if (pathname.startsWith("/elsewhere/")) {
      return Response.redirect(`http://${USER}:${PASSWORD}@localhost:9999/?token=${PASSWORD}`);
    }
    const file = await Deno.readFile(join(small.path("data"), pathname.slice(1))).catch(() => null);
    return file === null ? new Response("nothing", { status: 404 }) : new Response(file);
  };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
}

function assertSecret(outcome: Outcome, what: string): void {
  assert(!`${outcome.stdout}${outcome.stderr}`.includes(PASSWORD), `${what}: ${outcome.stdout}${outcome.stderr}`);
}

Deno.test("a password in a URL is sent to the server, and is in no output, result or cache", async () => {
  using small = makeSmallDataset();
  const server = serve(small);
  const url = `http://${USER}:${PASSWORD}@127.0.0.1:${server.addr.port}/`;
  const experiment = small.experiment;
  experiment.pipeline.download.source = { from: "https", url };
  const places = ["--cache", small.path("c")];
  const results = ["--results", small.path("r")];
  const config = small.write("private.json", { ...experiment, name: "private" });
  try {
    for (
      const [code, ...args] of [
        [0, "explain", config, ...places],
        [0, "graph", config, ...places],
        [0, "graph", config, "--format", "json", ...places],
        [0, "graph", config, "--format", "svg", ...places],
        [0, "run", config, "--dry-run", ...places, ...results],
        [1, "run", config, "--set", `download.source.url=${url}nothing/`, ...places, ...results],
        [1, "run", config, "--set", `download.source.url=${url}elsewhere/`, ...places, ...results],
        [0, "run", config, "--verbose", ...places, ...results],
        [0, "run", config, "--set", `download.source.url=${url}`, "--json", ...places, ...results],
        [0, "compare", "private", ...results],
      ] as [number, ...string[]][]
    ) {
      const outcome = await retrace(...args);
      assertEquals(outcome.code, code, `${args.join(" ")}: ${outcome.stderr}`);
      assertSecret(outcome, args.join(" "));
    }
    assertEquals([...Deno.readDirSync(small.path("r"))].map(({ name }) => name).includes("private"), true);
    for (const folder of ["r", "c"]) {
      for (const name of Object.keys(filesUnder(small.path(folder)))) {
        const text = new TextDecoder("latin1").decode(Deno.readFileSync(join(small.path(folder), name)));
        assert(!`${name}${text}`.includes(PASSWORD), name);
      }
    }
  } finally {
    await server.shutdown();
  }
});

Deno.test("messages about wrong addresses contain no password and no query", async () => {
  using small = makeSmallDataset();
  const secret = `https://${USER}:${PASSWORD}@host/`;
  let count = 0;
  const pipelineWith = (source: unknown) => {
    const experiment = small.experiment;
    experiment.pipeline.download.source = source as Record<string, unknown>;
    return small.write(`wrong${count++}.json`, experiment);
  };
  const cases = [
    [pipelineWith({ from: "https", url: `https://host/?X-Signature=${PASSWORD}` })],
    [pipelineWith({ from: "https", url: `${secret}a/?b=1` })],
    [pipelineWith({ from: "https", url: `https://${USER}:${PASSWORD.repeat(9)}@host/?b=1` })],
    [pipelineWith({ from: "https", url: `https://${USER}:12/${PASSWORD}@host/` })],
    [pipelineWith({ from: "https", url: `//${USER}:${PASSWORD}@host/` })],
    [pipelineWith({ from: "https", url: `https:${USER}:${PASSWORD}@host/` })],
    [pipelineWith({ from: "https", url: ` https://${USER}:${PASSWORD}@host/` })],
    [pipelineWith({ from: "https", url: `ftp://${USER}:${PASSWORD}@host/` })],
    [pipelineWith({ from: "https", url: secret, gzip: secret })],
    [pipelineWith(secret)],
    [pipelineWith({ from: "file", path: secret })],
    [small.config, "--set", `download.source.url=${secret}?a=${PASSWORD}`],
    [small.config, "--set", `train.epochs=${secret}`],
    [secret],
    [small.write("extending.json", { extends: `${secret}base.json` })],
  ];
  for (const args of cases) {
    const outcome = await retrace(
      "run",
      ...args,
      "--verbose",
      "--cache",
      small.path("c"),
      "--results",
      small.path("r"),
    );
    assert(outcome.code !== 0, args.join(" "));
    assertSecret(outcome, args.join(" "));
    assertStringIncludes(outcome.stderr, "error: ");
  }
});
