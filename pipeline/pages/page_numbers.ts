/** Numbers as a page shows them; never in the machine's language. */

/** 0.9671 → "96.71 %". */
export function percentText(share: number | null, digits = 2): string {
  return share === null ? "–" : `${(share * 100).toFixed(digits)} %`;
}

/** 23860 → "23,860". */
export function countText(count: number): string {
  return count.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A figure with 4 significant digits; "–" for one that is not there. */
export function figureText(value: number | null): string {
  if (value === null) return "–";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** The unrounded steps between ticks, as multiples of a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];

/** Round numbers that cover `low` … `high` in about `count` steps. */
export function ticksOver(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  let power = 1;
  while (power * 10 <= rough) power *= 10;
  while (power > rough) power /= 10;
  const step = power * STEPS.find((factor) => power * factor >= rough)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten, with 2 and 5 times them where there are few, that cover `low` … `high`; both are above 0. */
export function logTicksOver(low: number, high: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const factors = to - from > 3 ? [1] : [1, 2, 5];
  const all = Array.from({ length: to - from + 1 }, (_, i) => factors.map((f) => Number(`${f}e${from + i}`))).flat();
  const first = all.findLastIndex((tick) => tick <= low);
  const last = all.findIndex((tick) => tick >= high);
  return all.slice(Math.max(0, first), last + 1);
}
