/** Pictures as examples of a model. Loaded on demand: so are the decoders. */
import { FormatError } from "../../core/errors.ts";
import { byPixel } from "../classifier/kinds/dataset_images.ts";
import { pictureForm } from "../classifier/kinds/example_shape.ts";
import { decodePicture, readPicture } from "../formats/decode_picture.ts";
import { pictureText } from "../formats/picture.ts";
import { inkOf } from "./ink.ts";
import { mnistForm } from "./mnist_form.ts";

/** The bytes of a PNG or JPEG picture of a digit, converted to MNIST's form. @throws FormatError, with `label`. */
export async function digitInput(file: Uint8Array<ArrayBuffer>, label: string): Promise<Uint8Array<ArrayBuffer>> {
  return mnistForm(inkOf(await readPicture(file, label), label));
}

/**
 * The bytes of a PNG or JPEG picture as they are, for a model of pictures of this shape.
 * @throws FormatError, with `label`, for a picture of another size, in grey instead of colour, or in colour instead of grey.
 */
export async function pictureInput(
  file: Uint8Array<ArrayBuffer>,
  label: string,
  shape: readonly number[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { size: { width, height }, colours, isPlanar } = pictureForm(shape)!;
  const { shape: found, pixels } = await decodePicture(
    { size: file.length, bytes: () => Promise.resolve(file) },
    label,
  );
  const expected = colours === "grey" ? [height, width] : [3, height, width];
  if (String(found) !== String(expected)) {
    throw new FormatError(
      `${label}: expected a picture ${pictureText(expected)}, as those that the model was trained on, but found one ` +
        `${pictureText(found)}. Convert it as they were.`,
    );
  }
  return isPlanar ? pixels : byPixel(pixels, { ...pictureForm(expected)!, colours, isPlanar: true });
}
