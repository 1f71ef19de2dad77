/** File systems in memory with a chosen size, if the tests have permission to mount one. */

const linux = Deno.build.os === "linux";

/** Mounts a file system with options like "size=4096" (or changes them, with "remount"); false if not permitted. */
export function mount(folder: string, options: string): boolean {
  const args = ["-t", "tmpfs", "-o", options, "tmpfs", folder];
  return linux && new Deno.Command("mount", { args, stderr: "null" }).outputSync().success;
}

export function unmount(folder: string): void {
  new Deno.Command("umount", { args: [folder] }).outputSync();
}

/** True if file systems can be mounted; prints a note if not. */
export function canMount(): boolean {
  if (!linux || Deno.permissions.querySync({ name: "run", command: "mount" }).state !== "granted") return false;
  const folder = Deno.makeTempDirSync();
  const can = mount(folder, "size=4096");
  if (can) unmount(folder);
  Deno.removeSync(folder);
  if (!can) console.log("No permission to mount a file system: the tests of full and read-only disks are skipped.");
  return can;
}
