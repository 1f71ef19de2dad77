/** Numbers as text for people: the same on every machine, whatever its locale. "–" is a missing value. */

/** 0.0421 → "42 ms", 6.24 → "6.2 s", 125 → "2 min 5 s". */
export function secondsText(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** 54950064 → "55.0 MB". */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value.toFixed(value < 100 ? 1 : 0)} ${units[unit]}`;
}

/** 23860 → "23,860". */
export function countText(count: number): string {
  return Math.round(count).toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 0.9671 → "96.71 %". */
export function percentText(share: number | null | undefined, digits = 2): string {
  return typeof share !== "number" || !Number.isFinite(share) ? "–" : `${(share * 100).toFixed(digits)} %`;
}

/** A probability in percent; never 0 % or 100 % for one that is not exactly that. */
export function probabilityText(probability: number): string {
  if (probability > 0 && probability < 5e-5) return "<0.01 %";
  if (probability < 1 && probability >= 0.99995) return ">99.99 %";
  return percentText(probability);
}

/** A number with 4 significant digits; integers with all of theirs. */
export function numberText(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

/** A value in its figure's form: "96.71 %", "0.1234", "9,671"; "∞", "-∞" and "NaN"; "–" for a missing one. */
export function figureText(value: unknown, form: "percent" | "number" | "count" | "detail"): string {
  if (typeof value !== "number") return "–";
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "∞");
  return form === "percent" ? percentText(value) : form === "count" ? countText(value) : numberText(value);
}

/** A tick of an axis, without the digits that rounding left behind: "0.2", "50", "20,000", "1e8". */
export function tickText(value: number): string {
  const plain = Number(value.toPrecision(9));
  if (Math.abs(plain) >= 1e7) return plain.toExponential().replace("e+", "e");
  return Number.isInteger(plain) ? countText(plain) : String(plain);
}

/** "2026-11-25T12:40:07.123Z" → "2026-11-25 12:40:07 UTC". */
export function timeText(iso: string): string {
  return iso.replace(/^(.{10})T(.{8}).*$/, "$1 $2 UTC");
}
