/** PNGs, damaged. */
import { assertEquals } from "@std/assert";
import { readPng } from "../../pipeline/predict/picture_png.ts";
import { chunksOf, pngOfChunks } from "../pipeline/predict/pngs.ts";
import { fuzz, settledOrNull } from "./fuzz.ts";
import { damaged } from "./mutations.ts";

const PNG = pngOfChunks(chunksOf({ width: 9, height: 9, bitDepth: 8, colourType: 6 }));
const PIXELS = [...(await readPng(PNG, "whole")).rgba as Uint8Array];

fuzz("readPng()", damaged([PNG]), async (bytes) => {
  const picture = await settledOrNull(() => readPng(bytes, "damaged"));
  if (picture !== null) assertEquals([...picture.rgba as Uint8Array], PIXELS);
});
