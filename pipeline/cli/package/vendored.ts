/**
 * A package that the npm package contains, instead of depending on it: npm would install and compile node-canvas for it,
 * because npm ignores the `overrides` of a dependency, which put @napi-rs/canvas in its place.
 */
import { join } from "node:path";

const NAME = "chartjs-node-canvas";
const FOLDER = `vendor/${NAME}`;
/** The modules that drawing uses, of its folder dist/. */
const MODULES = ["chartJSNodeCanvas.js", "chartJSNodeCanvasBase.js", "freshRequire.js", "backgroundColourPlugin.js"];
/** What names the canvas. */
const CANVAS = "freshRequire)('canvas')";

/** Where modules of the package import it from. */
export const VENDORED: Readonly<Record<string, string>> = { [NAME]: `${FOLDER}/${MODULES[0]}` };

/** The packages that are not needed for that reason. */
export const NOT_INSTALLED: readonly string[] = [NAME, "tslib"];

/** Its files in the npm package, by path, with the canvas that Retrace draws on. */
export function vendoredFiles(project: string): Record<string, string> {
  const read = (file: string) => Deno.readTextFileSync(join(project, "node_modules", NAME, file));
  const { name, version, license, type } = JSON.parse(read("package.json"));
  const modules = MODULES.map((file) => [file, read(`dist/${file}`).replace(/\n\/\/# sourceMappingURL=.*$/, "\n")]);
  const texts = Object.fromEntries(modules);
  if (!texts[MODULES[1]].includes(CANVAS)) throw new Error(`${NAME} ${version} requires its canvas in another way.`);
  texts[MODULES[1]] = texts[MODULES[1]].replace(CANVAS, "freshRequire)('@napi-rs/canvas')");
  const files = {
    ...texts,
    "package.json": JSON.stringify({ name, version, license, type, private: true }, null, 2) + "\n",
    LICENSE: read("LICENSE"),
  };
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${FOLDER}/${file}`, text]));
}
