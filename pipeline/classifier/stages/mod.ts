/** The six stages, and the graph that their inputs make. */
import { makeGraph } from "../../engine/stage/graph.ts";
import { batch } from "./batch.ts";
import { download } from "./download.ts";
import { normalize } from "./normalize.ts";
import { tensorize } from "./tensorize.ts";
import { train } from "./train.ts";
import { validate } from "./validate.ts";

export { batch, download, normalize, tensorize, train, validate };

/** download → tensorize → normalize → batch → train → validate. */
export const graph = makeGraph([download, tensorize, normalize, batch, train, validate]);
