/** PNGs, damaged. */
import { assertEquals } from "@std/assert";
import { decodePng } from "../../pipeline/formats/png.ts";
import { chunksOf, pngOfChunks } from "../pipeline/formats/pngs.ts";
import { fuzz, valueOrNull } from "./fuzz.ts";
import { damaged } from "./mutations.ts";

const PNG = pngOfChunks(chunksOf({ width: 9, height: 9, bitDepth: 8, colourType: 6 }));
const PIXELS = decodePng(PNG, "whole").rgba;

fuzz("decodePng()", damaged([PNG]), (bytes) => {
  const picture = valueOrNull(() => decodePng(bytes, "damaged"));
  if (picture !== null) assertEquals(picture.rgba, PIXELS);
});
