import { describe, expect, it } from 'vitest';
import { idSchema, idToUuid, newId, userIdSchema, uuidToId } from '../src/index.js';

describe('ids', () => {
  it('say what they name, and survive the table', () => {
    const id = newId('acc');
    expect(id).toMatch(/^acc_[0-9a-z]{26}$/);
    expect(uuidToId('acc', idToUuid(id, 'acc'))).toBe(id);
  });

  it('are decoded as the specification has it', () => {
    // https://github.com/jetify-com/typeid/blob/main/spec/valid.yml
    const valid = {
      prefix_00000000000000000000000000: '00000000-0000-0000-0000-000000000000',
      prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
      prefix_0123456789abcdefghjkmnpqrs: '0110c853-1d09-52d8-d73e-1194e95b5f19',
      prefix_01h455vb4pex5vsknk084sn02q: '01890a5d-ac96-774b-bcce-b302099a8057',
    };
    for (const [id, uuid] of Object.entries(valid)) {
      expect(idToUuid(id, 'prefix')).toBe(uuid);
      expect(uuidToId('prefix', uuid)).toBe(id);
    }
    for (const suffix of ['8zzzzzzzzzzzzzzzzzzzzzzzzz', '0123456789abcdefghjkmnpqru', '0123', '']) {
      expect(() => idToUuid(`prefix_${suffix}`, 'prefix')).toThrow('not a prefix_ id');
    }
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

it('tells who sends something else where to get the id that is meant', () => {
  const account_id = idSchema('acc', 'The account, as list_accounts names it.');
  const { error } = account_id.safeParse('Harbor Checking');
  expect(error?.issues[0]?.message).toBe(
    'must be a whole id that starts with "acc_": the account, as list_accounts names it',
  );
});
