/** The kernels' memory, for the checks of what has to fit into it. */

/** Its size in bytes. */
export const MAX_MEMORY = 4_294_967_296;

/** A number of bytes: "4.7 GiB". */
export function gibibytes(bytes: number): string {
  return `${(bytes / 1_073_741_824).toFixed(1)} GiB`;
}
