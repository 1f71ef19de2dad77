/**
 * Replaces a results folder and kills itself on the way: `replace_child.ts FOLDER CALL before|after`. The call is counted
 * over the functions that change the disk. Ends with code 0 when there are fewer calls.
 */
import { replaceFolder } from "../../../pipeline/results/folder.ts";
import { NEW_FILES } from "./two_versions.ts";

const [folder, call, when] = Deno.args;
let calls = 0;

function killing<A extends unknown[], R>(change: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    calls++;
    if (calls === Number(call) && when === "before") Deno.kill(Deno.pid, "SIGKILL");
    const result = change(...args);
    if (calls === Number(call) && when === "after") Deno.kill(Deno.pid, "SIGKILL");
    return result;
  };
}

const write = Deno.FsFile.prototype.writeSync;

Deno.mkdirSync = killing(Deno.mkdirSync);
Deno.openSync = killing(Deno.openSync);
// Writes come in two halves, so that a file can be left with one of them.
Deno.FsFile.prototype.writeSync = function (bytes) {
  return killing(() => write.call(this, bytes.subarray(0, Math.ceil(bytes.length / 2))))();
};
Deno.renameSync = killing(Deno.renameSync);
Deno.removeSync = killing(Deno.removeSync);

replaceFolder(folder, NEW_FILES);
