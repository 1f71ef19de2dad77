/** File systems of a chosen size, in memory; only where the tests may mount one. */

const linux = Deno.build.os === "linux";

/** Mounts a file system with these options, as in "size=4096" (or changes them, with "remount"); false where not allowed. */
export function mount(folder: string, options: string): boolean {
  const args = ["-t", "tmpfs", "-o", options, "tmpfs", folder];
  return linux && new Deno.Command("mount", { args, stderr: "null" }).outputSync().success;
}

export function unmount(folder: string): void {
  new Deno.Command("umount", { args: [folder] }).outputSync();
}

/** Whether file systems may be mounted here; says so when they may not. */
export function canMount(): boolean {
  if (!linux || Deno.permissions.querySync({ name: "run", command: "mount" }).state !== "granted") return false;
  const folder = Deno.makeTempDirSync();
  const can = mount(folder, "size=4096");
  if (can) unmount(folder);
  Deno.removeSync(folder);
  if (!can) console.log("No file system may be mounted here: the tests of full and read-only disks are left out.");
  return can;
}
