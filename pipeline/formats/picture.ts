/** Pictures as files of PNG and JPEG have them. */

/** A picture of 8 bits per sample. No colour profile, gamma or orientation is applied, as in Pillow and torchvision. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Pixels in rows, each with four bytes: red, green, blue, opacity. */
  readonly rgba: Uint8Array;
  /** True if the file has one channel of grey, apart from opacity. */
  readonly isGrey: boolean;
  /** Bits per sample in the file. Of 16, the upper 8 are here. */
  readonly bitDepth: number;
}

/** More than most cameras have. */
const MAX_PIXELS = 20_000_000;

/** What is wrong with a picture of this size; null if nothing. It is known before memory is taken for the pixels. */
export function sizeProblem(width: number, height: number): string | null {
  if (width * height <= MAX_PIXELS) return null;
  return `expected at most ${MAX_PIXELS / 1e6} million pixels, found ${width} × ${height}. Make the picture smaller.`;
}

/** The size of a picture of shape `[H, W]` or `[3, H, W]`, for messages. */
export function pictureText(shape: readonly number[]): string {
  const [height, width] = shape.slice(-2);
  return `of ${width} × ${height} pixels in ${shape.length === 2 ? "grey" : "colour"}`;
}
