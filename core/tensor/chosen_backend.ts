/**
 * The backend that stages compute with. It is chosen once for a whole process, before its first stage runs, and is no
 * argument of a stage: no bit of a result depends on it, so no key may. What loads it is not imported here either, because
 * this file's imports are part of stages' keys.
 */
import { type Backend, wasmBackend } from "./backend.ts";

/** The only state that all code of a process shares. */
let chosen: Backend = wasmBackend;

/** The backend that was chosen last; at first, WebAssembly. */
export function chosenBackend(): Backend {
  return chosen;
}

/** Has stages that start from now on compute with this backend. */
export function chooseBackend(backend: Backend): void {
  chosen = backend;
}
