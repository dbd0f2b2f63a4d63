import { z } from 'zod';

/** Stripe's parameters are form-encoded: whatever they mean, they arrive as text. */
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'integer')
  .transform(Number);
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
export const text = z.string().min(1).max(5_000);
/** Text that an empty string clears. */
export const clearable = z.string().max(5_000);
export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, 'currency')
  .transform((code) => code.toLowerCase());
/** "You can specify up to 50 keys, with key names up to 40 characters long and values up to 500 characters long." */
export const metadata = z.union([
  z.literal(''),
  z
    .record(z.string().max(40), z.string().max(500))
    .refine((pairs) => Object.keys(pairs).length <= 50, 'at most 50 keys'),
]);
/** What the stand-in takes and does not look at. */
export const ignored = z.unknown();
export const url = z.url({ protocol: /^https?$/ }).max(5_000);
export const created = z.union([
  integer,
  z.strictObject({
    gt: integer.optional(),
    gte: integer.optional(),
    lt: integer.optional(),
    lte: integer.optional(),
  }),
]);

/** What every list takes. */
export const paging = {
  limit: integer.pipe(z.number().min(1).max(100)).optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
  created: created.optional(),
};

/** Merges metadata as Stripe does: an empty value removes its key, an empty whole removes all. */
export function mergedMetadata(
  before: Record<string, string> | null,
  given: z.infer<typeof metadata> | undefined,
): Record<string, string> {
  if (given === undefined) return before ?? {};
  if (given === '') return {};
  return Object.fromEntries(Object.entries({ ...before, ...given }).filter(([, value]) => value !== ''));
}

/** What a clearable text becomes: null where empty, what it was where absent. */
export function cleared(given: string | undefined, before: string | null = null): string | null {
  if (given === undefined) return before;
  return given === '' ? null : given;
}

/** Whether a time in seconds is within what `created` asks. */
export function within(at: number, range: z.infer<typeof created> | undefined): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return at === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return at > gt && at >= gte && at < lt && at <= lte;
}
