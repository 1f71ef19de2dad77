/** What the values of figures depend on: data, the loss, and the number of classes. */

/**
 * The test images and their labels as they were published, and how many of them are evaluated. Test rows that are drawn
 * come from the training images.
 */
export const TEST_DATA = ["test_images|train_images", "test_labels", "total", "split.test"] as const;

/**
 * The training images and their labels as they were published, and how many rows a split takes out of them: which ones,
 * its seed says, and runs over seeds are compared.
 */
export const TRAINING_DATA = ["train_images", "train_labels", "split.validation", "split.test"] as const;

/** What decides the loss of a row. */
export const LOSS = ["train.loss.name", "train.loss.clamp", "train.loss.label_smoothing"] as const;

/** What decides the loss of the batches of an evaluation. */
export const BATCH_LOSS = [...LOSS, "train.loss.reduction", "validate.batch_size"] as const;

/** How many classes the model distinguishes: the length of the list `classes`. */
export const CLASS_COUNT = "classes";
