import { z } from 'zod';

/** A variable that holds JSON. What is wrong in it is said by its place, and never by its value: that may be a secret. */
export function jsonVariable<S extends z.ZodType>(schema: S) {
  return z.string().transform((text, context): z.output<S> => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: 'custom', message: `${path.join('.') || 'the list'}: ${message}` });
    }
    return z.NEVER;
  });
}

/** In a list of that variable: no two entries have the same. */
export function unique<K extends string>(key: K) {
  return (entries: readonly Record<K, string>[], context: z.RefinementCtx): void => {
    const seen = new Set<string>();
    for (const [index, entry] of entries.entries()) {
      if (seen.has(entry[key])) {
        context.addIssue({ code: 'custom', path: [index, key], message: 'is that of another entry too' });
      }
      seen.add(entry[key]);
    }
  };
}
