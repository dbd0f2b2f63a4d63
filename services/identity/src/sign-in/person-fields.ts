import { z } from 'zod';

/** What is said of a person, in the same form wherever it is asked for. */
export const emailSchema = z
  .email({ pattern: z.regexes.unicodeEmail, error: 'must be an e-mail address, such as ada@example.com' })
  .max(254);

export const fullNameSchema = z
  .string()
  .max(200)
  .regex(/\S/, { error: 'must not be empty' })
  .refine((name) => !/\p{Cc}/u.test(name), { error: 'must be a single line of plain text' });

/** ITU-T E.164: at most fifteen digits after the plus sign. */
export const phoneSchema = z
  .string()
  .regex(/^\+[1-9]\d{5,14}$/, { error: 'must be in international form, such as +4930123456' });

export const localeSchema = z
  .string()
  .max(35)
  .refine(
    isKnown((locale) => Intl.getCanonicalLocales(locale)),
    {
      error: 'must be a language tag, such as en-US',
    },
  );

export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(
    isKnown((timeZone) => new Intl.DateTimeFormat('en', { timeZone })),
    {
      error: 'must be a time zone, such as Europe/Berlin',
    },
  );

/** Intl throws for what it does not know. */
function isKnown(look: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      look(text);
      return true;
    } catch {
      return false;
    }
  };
}
