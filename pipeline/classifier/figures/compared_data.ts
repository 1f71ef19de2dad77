/** What the values of figures depend on: data, and the number of classes. */

/** The test images and their labels as they were published, and how many of them are evaluated. */
export const TEST_DATA = ["test_images", "test_labels", "total"] as const;

/** The training images and their labels as they were published. */
export const TRAINING_DATA = ["train_images", "train_labels"] as const;

/** How many classes the model distinguishes: the length of the list `classes`. */
export const CLASS_COUNT = "classes";
