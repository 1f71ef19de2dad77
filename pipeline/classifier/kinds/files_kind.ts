/** A dataset as it was published. */
import type { FileRole } from "../../define/dataset.ts";
import type { Artifact, Produced } from "../../engine/stage/artifact.ts";
import type { Kind } from "../../engine/stage/kind.ts";

/** The four files of a dataset as they were published, in the dataset's own format. */
export const files: Kind<Readonly<Record<FileRole, Artifact>>, Readonly<Record<FileRole, Produced>>> = {
  name: "files",
  parts: {
    train_images: { format: "file", about: "Training images, for MNIST uint8 [60000, 28, 28]." },
    train_labels: { format: "file", about: "Training labels, for MNIST uint8 [60000]." },
    test_images: { format: "file", about: "Test images, for MNIST uint8 [10000, 28, 28]." },
    test_labels: { format: "file", about: "Test labels, for MNIST uint8 [10000]." },
  },
  open: (artifacts) => artifacts as Record<FileRole, Artifact>,
  close: (value) => value,
};
