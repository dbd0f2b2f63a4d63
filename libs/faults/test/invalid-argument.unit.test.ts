import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { invalidArgument, invalidField } from '../src/index.js';

const schema = z.strictObject({
  amount: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .meta({ examples: ['12.34'] }),
  account_id: z.string().regex(/^acc_[0-7][0-9a-hjkmnp-tv-z]{25}$/, 'must be an id that starts with "acc_"'),
  key: z.string().startsWith('flk_').optional(),
  password: z.string().min(12).optional(),
  memo: z.string().max(140).optional(),
  page_size: z.int().min(1).max(100).optional(),
  side: z.enum(['buy', 'sell']).optional(),
  start_date: z.iso.date().optional(),
  email: z.email().optional(),
  symbols: z.array(z.string().min(1)).max(2).optional(),
  notify: z.union([z.string(), z.boolean()]).optional(),
  target: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('wallet'), wallet_id: z.string() }),
      z.strictObject({ kind: z.literal('user'), user_id: z.string() }),
    ])
    .optional(),
  labels: z.record(z.string(), z.string()).optional(),
  handle: z.string().regex(/^x+$/, 'may hold the letter x only').optional(),
  code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
});

const good = { amount: '12.34', account_id: 'acc_01kaqh3zc5e0s9v4t8m2n6p7q8' };

function refuse(input: unknown) {
  const parsed = schema.safeParse(input);
  if (parsed.success) throw new Error('the schema took it');
  return invalidArgument(parsed.error.issues, schema);
}

describe('a model learns from the message what to send', () => {
  test.each([
    [
      'an amount as a number',
      { ...good, amount: 12.34 },
      'amount must be a string, not a number, for example "12.34".',
    ],
    ['a missing field', { amount: '1' }, 'account_id is missing: send a string.'],
    ['a misspelt field', { ...good, pasword: 'x' }, 'pasword is not a known field: did you mean password?'],
    ['camel case', { ...good, pageSize: 5 }, 'pageSize is not a known field: did you mean page_size?'],
    [
      'an id of another kind',
      { ...good, account_id: 'pay_1' },
      'account_id must be an id that starts with "acc_".',
    ],
    ['a text with another beginning', { ...good, key: 'sk_1' }, 'key must start with "flk_".'],
    [
      'text that is too long',
      { ...good, memo: 'x'.repeat(141) },
      'memo is too long: send at most 140 characters.',
    ],
    [
      'text that is too short',
      { ...good, password: 'x' },
      'password is too short: send at least 12 characters.',
    ],
    ['an empty text', { ...good, symbols: [''] }, 'symbols[0] must not be empty.'],
    ['too many items', { ...good, symbols: ['a', 'b', 'c'] }, 'symbols is too long: send at most 2 items.'],
    ['a number out of bounds', { ...good, page_size: 500 }, 'page_size must be at most 100.'],
    ['a fraction', { ...good, page_size: 1.5 }, 'page_size must be a whole number.'],
    ['a number as text', { ...good, page_size: '5' }, 'page_size must be a number, not a string.'],
    ['an unknown option', { ...good, side: 'hold' }, 'side must be one of "buy", "sell".'],
    [
      'a date in another form',
      { ...good, start_date: '22.11.2026' },
      'start_date must be a date such as 2026-11-22.',
    ],
    ['no e-mail address', { ...good, email: 'ada' }, 'email must be an e-mail address.'],
    ['a form that a pattern describes', { ...good, code: 'abc' }, 'code must match ^\\d{6}$.'],
    [
      'a form that the schema explains itself',
      { ...good, handle: 'y' },
      'handle may hold the letter x only.',
    ],
    ['none of several types', { ...good, notify: 5 }, 'notify must be a string or true or false.'],
    [
      'an unknown variant',
      { ...good, target: { kind: 'bank' } },
      'target.kind must be one of "wallet", "user".',
    ],
    [
      'a wrong field inside a variant',
      { ...good, target: { kind: 'user', user_id: 5 } },
      'target.user_id must be a string, not a number.',
    ],
    ['a null', { ...good, memo: null }, 'memo must be a string, not null.'],
    ['no object at all', [], 'the input must be an object, not a list.'],
  ])('%s', (_, input, message) => {
    expect(refuse(input)).toMatchObject({ code: 'INVALID_ARGUMENT', retryable: false });
    expect(refuse(input).message).toBe(message);
  });

  test('where nothing is near, the known fields are listed if they are few', () => {
    const few = z.strictObject({ account_id: z.string(), refresh: z.boolean().optional() });
    const parsed = few.safeParse({ account_id: 'x', zebra: 1 });
    expect(invalidArgument(parsed.error?.issues ?? [], few).message).toBe(
      'zebra is not a known field: known are account_id, refresh.',
    );
  });

  test('five fields are named, the rest counted, twenty kept in the details', () => {
    const input = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`zzzzzzzz${index}`, 1]));
    const refused = refuse({ ...good, ...input });
    expect(refused.message).toContain('; and 15 more.');
    expect(refused.message.split('; ')).toHaveLength(6);
    expect(refused.details?.fields).toHaveLength(20);
  });

  test('the details name the same fields, for programs', () => {
    expect(refuse({ ...good, amount: 1 }).details).toEqual({
      fields: [{ path: 'amount', message: 'must be a string, not a number, for example "12.34"' }],
    });
    expect(invalidField('end_date', 'is before start_date: send a later one.')).toMatchObject({
      reason: 'INVALID_ARGUMENT',
      message: 'end_date is before start_date: send a later one.',
      details: { fields: [{ path: 'end_date', message: 'is before start_date: send a later one.' }] },
    });
  });
});

describe('what was sent is never repeated', () => {
  const secret = 'Tr0ub4dor&3 correct horse';
  const wrongValue = fc.oneof(
    fc.constant(secret),
    fc.constant([secret]),
    fc.constant({ kind: secret, [secret]: secret }),
    fc.constant({ kind: 'user', user_id: [secret], extra: secret }),
  );

  test('whichever fields hold it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(schema.shape), secret), wrongValue),
        (input) => {
          const parsed = schema.safeParse(input);
          fc.pre(!parsed.success);
          const refused = invalidArgument(parsed.error?.issues ?? [], schema);
          expect(refused.message + JSON.stringify(refused)).not.toContain('Tr0ub4dor');
        },
      ),
    );
  });
});
