/** Prints the backend that is chosen with the permissions of this process. */
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { fastestBackend } from "../../../pipeline/classifier/stages/backend_choice.ts";

console.log(await fastestBackend() === wasmBackend ? "plain" : "wide");
