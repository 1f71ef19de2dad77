/** Another experiment file of the same name, whose results a run would replace. */
import { resolve } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import type { Variant } from "../experiment/variants.ts";
import { encodeJson } from "../formats/json.ts";
import { readFile } from "./folder.ts";
import { readRunJson } from "./run_json.ts";

/** A run whose folder holds what another experiment file has made, which may not exist any more. */
export interface Rival {
  folder: string;
  /** The experiment file to be run, and that of the results; both are absolute. */
  file: string;
  other: string;
  /** Whether both are the same experiment: then nothing is lost, and the results stay those of the other file. */
  isSame: boolean;
}

/** The rival of a run; null if the folder holds no results, or those of the same file. */
export function rivalOf(folder: string, { file, experiment }: Pick<Variant, "file" | "experiment">): Rival | null {
  const recorded = readRunJson(folder)?.file;
  if (typeof recorded !== "string") return null;
  const [own, other] = [resolve(file), resolve(folder, recorded)];
  const before = readFile(folder, "experiment.json");
  const isSame = before === null || digestOfBytes(before) === digestOfBytes(encodeJson(experiment));
  return own === other ? null : { folder, file: own, other, isSame };
}

/** Checks that no rival has written its own since `known` was found. @throws ResultsError if one has. */
export function checkNoNewRival(folder: string, variant: Variant, known: Rival | null): void {
  const now = rivalOf(folder, variant);
  if (now === null || now.isSame || now.other === known?.other) return;
  throw new ResultsError(
    `While this ran, ${now.other} was run as well, an experiment of the same name: ${folder} holds its results, and ` +
      'stays as it is. Change the "name" of one of them and run it again; everything finished is stored.',
  );
}
