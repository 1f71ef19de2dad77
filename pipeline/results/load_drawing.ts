/** Loads what draws pictures, which is native code, before code of the user runs. */

/** Loads the canvas. It stays usable when permission to load native code is dropped. */
export async function loadDrawing(): Promise<void> {
  await import("../charts/png/canvas.ts");
}
