/**
 * Visits every text and number of parsed JSON, the names of fields too. Without recursion: the input's depth is the caller's
 * choice.
 */
export function eachValue(input: unknown, visit: (value: string | number) => void): void {
  const left: unknown[] = [input];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' || typeof value === 'number') {
      visit(value);
    } else if (Array.isArray(value)) {
      for (const item of value) left.push(item);
    } else if (typeof value === 'object' && value !== null) {
      for (const name in value) {
        visit(name);
        left.push((value as Record<string, unknown>)[name]);
      }
    }
  }
}
