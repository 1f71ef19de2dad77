/**
 * TensorBoard's event files: messages of event.proto and summary.proto, with their published field numbers, each in a
 * record of the TFRecord format.
 */
import { PbfWriter } from "pbf";
import { tfRecords } from "./tf_record.ts";

/** A number and the name under which TensorBoard draws it. */
export interface Scalar {
  readonly tag: string;
  readonly value: number;
}

/** The first event of a file says which version it is of. */
const VERSION = "brain.Event:2";

/** Serializes the scalars of each step, step 0 first, as float32. The time of a step is its number, in seconds. */
export function encodeEvents(steps: readonly (readonly Scalar[])[]): Uint8Array<ArrayBuffer> {
  const version = event(0, (to) => to.writeStringField(3, VERSION));
  const scalars = steps.map((scalars, step) =>
    event(step, (to) => {
      to.writeVarintField(2, step);
      to.writeMessage(5, writeSummary, scalars);
    })
  );
  return tfRecords([version, ...scalars]);
}

/** An event at a time, in seconds. */
function event(time: number, write: (to: PbfWriter) => void): Uint8Array {
  const message = new PbfWriter();
  message.writeDoubleField(1, time);
  write(message);
  return message.finish();
}

function writeSummary(scalars: readonly Scalar[], to: PbfWriter): void {
  const writeScalar = ({ tag, value }: Scalar, to: PbfWriter) => {
    to.writeStringField(1, tag);
    to.writeFloatField(2, value);
  };
  for (const scalar of scalars) to.writeMessage(1, writeScalar, scalar);
}
