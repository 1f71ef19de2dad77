/** Prints which backend is chosen with the permissions that this process has. */
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { fastestBackend } from "../../../pipeline/classifier/stages/backend_choice.ts";

console.log(await fastestBackend() === wasmBackend ? "plain" : "wide");
