const maxLength = 64;

/** The candidate that `word` most probably was meant to be; undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const meant = normalized(word);
  const ranked = candidates
    .map((candidate) => ({ candidate, steps: editDistance(meant, normalized(candidate)) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best && best.steps <= Math.max(1, Math.floor(meant.length / 3)) ? best.candidate : undefined;
}

/** accountId, account-id and account_id are one name to whoever mistypes it. */
function normalized(name: string): string {
  return name.slice(0, maxLength).toLowerCase().replaceAll(/[_-]/g, '');
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const row = [i + 1];
    for (const [j, right] of [...b].entries()) {
      const replaced = (previous[j] ?? 0) + (left === right ? 0 : 1);
      row.push(Math.min(replaced, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
