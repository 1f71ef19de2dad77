/** The values that a command line sets. */
import { readSettings } from "../experiment/grid.ts";
import type { Setting } from "../experiment/override.ts";
import { printSharedWarning } from "./terminal.ts";

/** What `--set` and `--seeds` request; warns about values that do not count. @throws UsageError as readSettings() does. */
export function settingsOf({ set, seeds = null }: { set: readonly string[]; seeds?: string | null }): Setting[] {
  const { settings, warnings } = readSettings(set, seeds);
  warnings.forEach(printSharedWarning);
  return settings;
}
