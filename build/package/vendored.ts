/**
 * Packages that the npm package contains, instead of depending on them. For chartjs-node-canvas, npm would install and
 * compile node-canvas, because it ignores the `overrides` of a dependency, which put @napi-rs/canvas in its place; of the
 * parser, it would warn that it needs a newer Node, although only Deno runs it.
 */
import { join } from "node:path";

/** What is taken of a package. */
interface Vendored {
  /** The folder of its modules. */
  readonly from: string;
  /** The first is the one that is imported. */
  readonly modules: readonly string[];
  /** What is replaced in one of them, which must have it. */
  readonly replace?: readonly [from: string, to: string];
}

const PACKAGES: Readonly<Record<string, Vendored>> = {
  "chartjs-node-canvas": {
    from: "dist",
    modules: ["chartJSNodeCanvas.js", "chartJSNodeCanvasBase.js", "freshRequire.js", "backgroundColourPlugin.js"],
    replace: ["freshRequire)('canvas')", "freshRequire)('@napi-rs/canvas')"],
  },
  "@babel/parser": { from: "lib", modules: ["index.js"] },
};

/** The packages that are not installed for that reason: also those that only these need. */
export const NOT_INSTALLED: readonly string[] = [...Object.keys(PACKAGES), "tslib"];

/** Where modules of the package import them from. */
export const VENDORED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PACKAGES).map(([name, { modules }]) => [name, `vendor/${name}/${modules[0]}`]),
);

/** Their files in the npm package, by path. @throws Error if one does not have what is to be replaced. */
export function vendoredFiles(project: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(PACKAGES).flatMap(([name, { from, modules, replace = ["", ""] }]) => {
      const read = (file: string) => Deno.readTextFileSync(join(project, "node_modules", name, file));
      const texts = modules.map((file) => read(`${from}/${file}`).replace(/\n\/\/# sourceMappingURL=.*$/m, ""));
      if (!texts.some((text) => text.includes(replace[0]))) {
        throw new Error(`Expected ${name} to have ${replace[0]}, which the npm package replaces.`);
      }
      const { version, license, type } = JSON.parse(read("package.json"));
      const description = JSON.stringify({ name, version, license, type, private: true }, null, 1) + "\n";
      return [
        ...modules.map((file, i) => [file, texts[i].replace(replace[0], replace[1])]),
        ["package.json", description],
        ["LICENSE", read("LICENSE")],
      ].map(([file, text]) => [`vendor/${name}/${file}`, text]);
    }),
  );
}
