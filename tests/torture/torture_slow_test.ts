import { noWrongByteIn } from "./no_wrong_byte.ts";

noWrongByteIn(150);
