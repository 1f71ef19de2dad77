/** Says what to do when Deno cannot install the packages that a process imports, or what is installed is incomplete. */
import { InstallError } from "../engine/run_errors.ts";
import { IS_PACKAGE } from "./load_on_demand.ts";
import { PACKAGES as FOLDERS } from "./permissions.ts";

/** What Deno says when a package cannot be fetched, unpacked or put into node_modules, or when a part of one is missing. */
const FAILURES = [
  /(Failed (?:caching|extracting|loading|reading|to download) (?:npm )?(?:package|tarball)[^\n]*)(?:\n\s*0: ([^\n]+))?/i,
  /([^\n]*(?:\bnode_modules\b|[\\/]npm[\\/])[^\n]*os error \d+[^\n]*|[^\n]*os error \d+[^\n]*\bnode_modules\b[^\n]*)/,
  /([^\n]*(?:could not (?:find|resolve)|cannot find|cannot be read|unable to load|not found)[^\n]*(?:\bnpm\b|node_modules)[^\n]*)/i,
  /([^\n]*node_modules[^\n]*cannot be read)/,
];

const [PACKAGES] = FOLDERS;

/** What Deno puts before a reason. */
const PREFIXES = /^(?:\s*(?:error:|Uncaught|\(in promise\)|\w*Error:))+\s*/;

/** The error that explains what Deno printed, or the message of an error; null if no package was the reason. */
export function packageFailure(printed: string): InstallError | null {
  // deno-lint-ignore no-control-regex -- Deno colours its messages.
  const plain = printed.replace(/\x1b\[[0-9;]*m/g, "");
  const [, what, why = ""] = FAILURES.map((form) => form.exec(plain)).find((found) => found !== null) ?? [];
  if (what === undefined) return null;
  const reason = `${what.replace(PREFIXES, "")}${why === "" ? "" : `: ${why}`}`.replace(/\.$/, "");
  return new InstallError(`The packages cannot be installed or loaded: ${reason}. ${adviceOn(reason)}`);
}

function adviceOn(reason: string): string {
  if (/os error 28|no space left/i.test(reason)) return "The disk is full: free some space, and run the command again.";
  if (IS_PACKAGE) return "Run npm install again in the folder where Retrace was installed.";
  if (/denied|read-only|os error (1|13|30)\b/i.test(reason)) {
    return `They go to ${PACKAGES}, from Deno's own cache (deno info shows where it is): make both writable for you, or run ` +
      "deno install once as a user who may write there.";
  }
  if (/integrity|checksum|tarball|extract/i.test(reason)) {
    return "What the registry, or Deno's cache, has is not what deno.lock expects: check the registry that .npmrc or " +
      "NPM_CONFIG_REGISTRY names, and run deno install --reload.";
  }
  if (!/^Failed (?:caching|to download)/i.test(reason)) {
    return `Remove ${PACKAGES}, and run the command again, which installs them anew.`;
  }
  return "Check the network, a proxy (HTTPS_PROXY) and the registry (NPM_CONFIG_REGISTRY), and run the command again. " +
    `Without a network, copy ${PACKAGES} from a machine where the command has run.`;
}
