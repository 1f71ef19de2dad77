/** The package.json of the npm package. */

/** What is taken from the project's own package.json. */
interface ProjectManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What Deno runs the program with. */
const DENO = "2.9.6";
/** Types of the library refer to it. */
const TYPES = "@types/ndarray";

/** The package's description. All versions are exact: keys name them. `library`: the path
 * of the library, without its ending; `required`: the packages that the code needs. */
export function packageJson(project: ProjectManifest, library: string, required: Readonly<Record<string, string>>) {
  const dependencies = { ...required, [TYPES]: project.devDependencies[TYPES], deno: DENO };
  return {
    name: project.name,
    version: project.version,
    description: "Small machine-learning experiments that are cached, explained and reproducible to the last bit",
    keywords: ["machine-learning", "reproducible", "experiments", "pipeline"],
    license: project.license,
    type: "module",
    bin: { retrace: "bin/retrace.js" },
    exports: {
      ".": {
        types: `./types/${library}.d.ts`,
        deno: `./${library}.js`,
        // Not every Node can import WebAssembly. There, experiments can be run; definitions are for workers, in Deno.
        node: "./pipeline/library/run_experiment.js",
        default: `./${library}.js`,
      },
      "./*": "./*",
    },
    engines: { node: ">=18" },
    dependencies: Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
