/** Everything that makes results. Deno is asked for the module graph from here; nothing imports this file. */
import "../../classifier/pipeline.ts";
import "../run_all.ts";
