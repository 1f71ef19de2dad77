import { noWrongByteIn } from "./no_wrong_byte.ts";

// The other classes start processes.
for (const one of ["faults", "executors", "corruption"]) noWrongByteIn(20, one);
