/** Whether a dataset's files are what the stages after them need. */
import { downloadedFiles } from "../../define/dataset.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { formatOf } from "../kinds/chosen_format.ts";

/** What the files are, by their fields: arrays for formats with `read`, examples for those with `readExamples`. */
export const filesFitFormat = defineCheck({
  name: "files-fit-format",
  about: "The files are arrays, or files of examples, as the format reads them.",
  source: import.meta.url,
  path: ["pipeline", "download", "files"],
  check({ params: { download, tensorize }, library }) {
    if (download === undefined || tensorize === undefined) return;
    const files = downloadedFiles(download, library.datasets);
    const { definition: { name, read } } = formatOf(tensorize, library);
    if (Object.hasOwn(files, "train_images") === (read !== undefined)) return;
    const fields = read === undefined
      ? "train and test, or data"
      : "train_images, train_labels, test_images, test_labels";
    const others = library.formats.filter((one) => (one.read === undefined) !== (read === undefined));
    throw new Error(
      `expected ${fields}, which the format "${name}" reads, but found ${Object.keys(files).join(", ")}. Formats for ` +
        `these (tensorize.format): ${others.map(({ name }) => name).join(", ")}.`,
    );
  },
});
