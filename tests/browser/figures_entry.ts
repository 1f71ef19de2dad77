/** The code of the page that a test makes of figures alone. */
import { startGalleries } from "../../pipeline/pages/browser/gallery.ts";
import { startReading } from "../../pipeline/pages/browser/read_values.ts";

startReading(document);
startGalleries(document);
