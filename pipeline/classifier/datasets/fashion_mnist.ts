/** Fashion-MNIST, by Xiao, Rasul and Vollgraf (Zalando): the same form as MNIST, and harder. */
import { defineDataset } from "../../define/dataset.ts";

/** The digests are those of the four files, uncompressed; the class names those of the dataset's README. */
export const fashionMnist = defineDataset({
  name: "fashion-mnist",
  about: "Fashion-MNIST: 60000 training and 10000 test images of clothes, 28 x 28 pixels, in the IDX format.",
  source: import.meta.url,
  content: { shape: [28, 28], classes: 10, trainRows: 60_000, testRows: 10_000 },
  classNames: [
    ...["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"],
    ...["Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
  ],
  from: {
    from: "https",
    url: "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    gzip: true,
  },
  files: {
    train_images: {
      name: "train-images-idx3-ubyte",
      sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    },
    train_labels: {
      name: "train-labels-idx1-ubyte",
      sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    },
    test_images: {
      name: "t10k-images-idx3-ubyte",
      sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    },
    test_labels: {
      name: "t10k-labels-idx1-ubyte",
      sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
  },
});
