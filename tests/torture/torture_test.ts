import { noWrongByteIn } from "./no_wrong_byte.ts";

// The other classes start processes.
for (const one of ["faults", "corruption"]) noWrongByteIn(20, one);
