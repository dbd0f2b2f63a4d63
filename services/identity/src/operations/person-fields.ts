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
