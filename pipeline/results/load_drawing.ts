/** Loads what draws pictures before code of the user runs. */

let isLoaded = false;

/**
 * Loads the canvas, which is native code, and drops the permission to load any other: with it, any code could call the
 * system. What is loaded stays usable.
 */
export async function loadDrawing(): Promise<void> {
  if (isLoaded) return;
  await import("../charts/png/canvas.ts");
  Deno.permissions.revokeSync({ name: "ffi" });
  isLoaded = true;
}
