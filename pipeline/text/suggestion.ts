/** Suggestions for typos. */

/** Longer words are not typos, and are slow to compare. */
const MAX_LETTERS = 100;

/** The candidate that takes the fewest edits to reach; null when none is close enough to have been meant. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (word.length > MAX_LETTERS) return null;
  let best: string | null = null;
  let fewest = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    // As many edits as letters would make another word.
    if (edits < fewest && edits < candidate.length) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** "Did you mean …?" or, if nothing is close, the list of candidates. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === null ? `Available: ${candidates.join(", ")}.` : `Did you mean "${meant}"?`;
}

/** Levenshtein distance: insertions, deletions and replacements that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
