/** MNIST, by LeCun, Cortes and Burges. */
import { defineDataset } from "../../define/dataset.ts";

/** The digests are those of the original four files, uncompressed, which torchvision uses too. */
export const mnist = defineDataset({
  name: "mnist",
  about: "MNIST: 60000 training and 10000 test images of handwritten digits, 28 x 28 pixels, in the IDX format.",
  source: import.meta.url,
  content: { shape: [28, 28], classes: 10, trainRows: 60_000, testRows: 10_000 },
  files: {
    train_images: {
      name: "train-images-idx3-ubyte",
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    train_labels: {
      name: "train-labels-idx1-ubyte",
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    test_images: {
      name: "t10k-images-idx3-ubyte",
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    test_labels: {
      name: "t10k-labels-idx1-ubyte",
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
});
