import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { withFolder } from "../sources/scratch.ts";
import { served, shownOf, writeRun } from "./served.ts";

const SECRET = "not for everybody";

async function get(url: string, path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url + path);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

Deno.test("the ui lists runs, shows each, and compares the selected ones", async () => {
  await withFolder(async (results) => {
    writeRun(results, "one", { accuracy: 0.9671 });
    writeRun(results, "two", { lr: 0.5 });
    writeRun(results, "three");
    await served(shownOf(results), async (url) => {
      const list = await get(url, "/");
      for (const name of ["one", "two", "three"]) assertStringIncludes(list.text, `href="/run?name=${name}"`);
      assertStringIncludes(list.text, "96.71 %");
      // A finished run is shown by its report.
      const one = await get(url, "/run?name=one");
      assertStringIncludes(one.text, "<h1>report of the run</h1>");
      const compared = await get(url, "/compare?run=one&run=two");
      assertStringIncludes(compared.text, "<h1>one · two</h1>");
      assertStringIncludes(compared.text, ">lr</th>");
      assertEquals(compared.text.includes("three"), false);
      for (const { headers, status } of [list, compared]) {
        assertEquals(status, 200);
        const policy = headers.get("content-security-policy")!;
        assert(policy.startsWith("default-src 'none'; script-src 'sha256-"), policy);
        assert(!policy.includes("unsafe-inline"), policy);
        assertEquals(headers.get("x-content-type-options"), "nosniff");
        assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
      }
    });
  });
});

Deno.test("the ui serves reports in a sandbox, separate from its own pages", async () => {
  await withFolder(async (results) => {
    Deno.writeTextFileSync(join(writeRun(results, "one"), "report.html"), "<h1>the report</h1>");
    await served(shownOf(results), async (url) => {
      const { text, headers } = await get(url, "/report?name=one");
      assertEquals(text, "<h1>the report</h1>");
      const policy = headers.get("content-security-policy")!;
      assert(policy.startsWith("sandbox allow-scripts allow-downloads; default-src 'none';"), policy);
      assert(!policy.includes("allow-same-origin"), policy);
    });
  });
});

Deno.test("the ui serves nothing from outside of the results folder", async () => {
  await withFolder(async (folder) => {
    const results = join(folder, "results");
    writeRun(results, "one");
    const outside = writeRun(folder, "outside");
    for (const name of ["report.html", "run.json"]) Deno.writeTextFileSync(join(outside, name), SECRET);
    Deno.removeSync(join(results, "one", "report.html"));
    Deno.symlinkSync(outside, join(results, "linked"));
    Deno.symlinkSync(join(outside, "report.html"), join(results, "one", "report.html"));
    const names = ["../outside", "..%2Foutside", "linked", "one", ".", "..", "", "%00", "one/../../outside", outside];
    await served(shownOf(results), async (url) => {
      for (const name of names) {
        for (const path of ["/report", "/run", "/events"]) {
          if (name === "" && path === "/events") continue;
          const { status, text } = await get(url, `${path}?name=${name}`);
          assertEquals({ name, path, status }, { name, path, status: 404 });
          assert(!text.includes(SECRET));
        }
      }
      const list = await get(url, "/");
      assertEquals(list.text.includes("linked"), false);
      for (
        const path of ["/results/one/run.json", "/one/report.html", "/..%2f..%2fetc/passwd", "/compare?run=linked"]
      ) {
        assertEquals((await get(url, path)).status, 404, path);
      }
    });
  });
});

Deno.test("the ui refuses what is not asked by its own name, and what is not a question", async () => {
  await withFolder(async (results) => {
    await served(shownOf(results), async (url) => {
      const posted = await fetch(url, { method: "POST" });
      assertEquals(posted.status, 405);
      await posted.body?.cancel();
      const foreign = await fetch(url, { headers: { origin: "http://evil.example" } });
      assertEquals(foreign.status, 403);
      await foreign.body?.cancel();
      assertEquals(foreign.headers.get("access-control-allow-origin"), null);
    });
  });
});

Deno.test("the ui shows hostile names, and does not run them", async () => {
  await withFolder(async (results) => {
    const name = `<script>alert(1)<|script>"x=&'`;
    writeRun(results, name);
    writeRun(results, "other", { lr: 2 });
    await served(shownOf(results), async (url) => {
      const query = encodeURIComponent(name);
      for (const path of ["/", `/compare?run=${query}&run=other`]) {
        const { status, text } = await get(url, path);
        assertEquals(status, 200);
        assert(!text.includes("<script>alert"), path);
        assertStringIncludes(text, "&#60;script&#62;alert(1)");
      }
    });
  });
});

Deno.test("the ui shows a folder without runs, and damaged runs leave the others alone", async () => {
  await withFolder(async (folder) => {
    await served(shownOf(join(folder, "none")), async (url) => {
      assertStringIncludes((await get(url, "/")).text, "There are no runs yet");
    });
    const results = join(folder, "results");
    writeRun(results, "good");
    Deno.writeTextFileSync(join(writeRun(results, "torn"), "metrics.json"), '{"accuracy": 0.');
    Deno.writeTextFileSync(join(writeRun(results, "odd"), "history.csv"), "not a table");
    Deno.writeTextFileSync(join(results, ".good.live"), 'garbage\n{"epoch": \n[1]\nnull\n');
    await served(shownOf(results), async (url) => {
      const { status, text } = await get(url, "/");
      assertEquals(status, 200);
      assertStringIncludes(text, "?name=good");
      assertEquals((await get(url, "/run?name=odd")).status, 200);
    });
  });
});
