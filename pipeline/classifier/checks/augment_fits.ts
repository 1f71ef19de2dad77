import { publishedDataset } from "../../define/dataset.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { imageForm } from "../kinds/augmented_images.ts";
import { readExampleShape } from "../kinds/example_shape.ts";

/** Whether examples are pictures, if they are to be augmented. */
export const augmentFits = defineCheck({
  name: "augment-fits",
  about: "Examples that are augmented are pictures.",
  source: import.meta.url,
  path: ["pipeline", "train", "augment"],
  check({ params, library, makersOf, artifact }) {
    if (params.train?.augment === undefined) return;
    const maker = makersOf("example_shape").at(-1);
    const stored = maker === undefined ? null : artifact(maker, "example_shape");
    const published = maker === "tensorize"
      ? publishedDataset(params.download, library.datasets)?.content?.shape
      : null;
    const shape = stored === null ? published : readExampleShape(stored);
    if (shape) imageForm(shape, 0);
  },
});
