import { describe, expect, it } from 'vitest';
import { idSchema, idToUuid, newId, userIdSchema, uuidToId } from '../src/index.js';

describe('ids', () => {
  it('say what they name, and survive the table', () => {
    const id = newId('acc');
    expect(id).toMatch(/^acc_[0-9a-z]{26}$/);
    expect(uuidToId('acc', idToUuid(id, 'acc'))).toBe(id);
  });

  it('sort by age', async () => {
    const first = newId('acc');
    const past = Date.now();
    while (Date.now() === past);
    expect(first < newId('acc')).toBe(true);
  });

  it('of another kind are refused with the kind that is wanted', () => {
    const refused = idSchema('acc', 'The account.').safeParse(newId('wal'));
    expect(refused.error?.issues[0]?.message).toContain('starts with "acc_"');
  });

  it('of a user may be "me", which is also the default', () => {
    expect(userIdSchema.parse(undefined)).toBe('me');
    expect(userIdSchema.parse('me')).toBe('me');
    expect(userIdSchema.safeParse('ada@florin.test').success).toBe(false);
  });
});
