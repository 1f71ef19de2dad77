/** The picking of a batch's rows as plain TypeScript. */
import type { GatherKernels } from "./kernels.ts";

/** Plain twins of {@link GatherKernels}. */
export const plainGather: GatherKernels = {
  gatherTable(out, rows, index, offset, table) {
    const columns = out.size / out.shape[0];
    for (let i = 0; i < out.shape[0]; i++) {
      const start = index.data[offset + i] * columns;
      for (let c = 0; c < columns; c++) out.data[i * columns + c] = table.data[rows.data[start + c]];
    }
  },

  gatherRows(out, rows, index, offset) {
    const columns = out.size / out.shape[0];
    for (let i = 0; i < out.shape[0]; i++) {
      const start = index.data[offset + i] * columns;
      out.data.set(rows.data.subarray(start, start + columns), i * columns);
    }
  },

  gatherLabels(out, labels, index, offset) {
    for (let i = 0; i < out.size; i++) out.data[i] = labels.data[index.data[offset + i]];
  },
};
