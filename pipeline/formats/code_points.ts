/** The order of texts by their code points, as in Python; JavaScript's own is that of UTF-16. */
export function byCodePoint(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  const i = x.findIndex((letter, at) => letter !== y[at]);
  return i === -1 ? x.length - y.length : x[i].codePointAt(0)! - (y[i]?.codePointAt(0) ?? -1);
}
