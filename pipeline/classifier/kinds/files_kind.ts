/** A dataset as it was published. */
import type { FileRole } from "../../define/dataset.ts";
import type { Artifact, Kind, Produced } from "../../engine/stage/kind.ts";

type FilePart = FileRole | "class_names";

/** The files of a dataset as they were published, in the dataset's own format, and the names of its classes. */
export const files: Kind<Readonly<Record<FilePart, Artifact>>, Readonly<Record<FilePart, Produced>>> = {
  name: "files",
  parts: {
    train_images: {
      format: "file",
      about: "Training images, for MNIST uint8 [60000, 28, 28]; or a file of examples with their labels.",
    },
    train_labels: {
      format: "file",
      about: "Training labels, for MNIST uint8 [60000]; empty if they are in that file.",
    },
    test_images: { format: "file", about: "Test images, for MNIST uint8 [10000, 28, 28]; or a file of test examples." },
    test_labels: { format: "file", about: "Test labels, for MNIST uint8 [10000]; empty if they are in that file." },
    class_names: { format: "json", about: "The names of the classes; an empty list if they are only numbered." },
  },
  open: (artifacts) => artifacts as Record<FilePart, Artifact>,
  close: (value) => value,
};
