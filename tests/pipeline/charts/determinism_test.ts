import { assertEquals, assertMatch } from "@std/assert";
import "../../../pipeline/charts/png/own_fonts_only.ts";
import { fileURLToPath } from "node:url";
import { GlobalFonts } from "@napi-rs/canvas";
import "../../../pipeline/charts/png/canvas.ts";
import { FONT_FAMILY } from "../../../pipeline/charts/png/chart_options.ts";

const script = fileURLToPath(import.meta.resolve("./draw_all.ts"));

/** The digests of all charts, drawn in a process with these variables set. */
async function digests(env: Record<string, string>): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-env", "--allow-ffi", script],
    env,
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("charts have the same bytes in processes of other language, time zone and fonts", async () => {
  const first = await digests({});
  assertEquals(new Set(first).size, 7);
  for (const digest of first) assertMatch(digest, /^[0-9a-f]{64}$/);
  const other = await digests({
    LANG: "de_DE.UTF-8",
    LC_ALL: "de_DE.UTF-8",
    TZ: "Asia/Tokyo",
    FONTCONFIG_FILE: "/dev/null",
    FONTCONFIG_PATH: "/nonexistent",
  });
  assertEquals(other, first);
});

Deno.test("charts know their own font in two weights, and none of the machine's", () => {
  // The library lists a registered file under its alias and under the name that the file gives itself.
  const names = GlobalFonts.families.map(({ family }) => family);
  assertEquals(names.toSorted(), ["DejaVu Sans", FONT_FAMILY]);
  for (const { family, styles } of GlobalFonts.families) {
    assertEquals(styles.map(({ weight }) => weight).toSorted(), [400, 700], family);
  }
});
