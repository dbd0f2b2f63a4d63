import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalRequired, argumentsHash } from '../src/index.js';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, shuffled(part)]),
  );
};

it('says which approval the repeated call must name, for a model that looks no further', () => {
  const approval = {
    approval_id: 'apr_1',
    approval_url: 'https://florin.test/approvals/apr_1',
    expires_at: '',
  };
  expect(approvalRequired(approval, 'above 250.00 USD').next_step).toContain('approval_id apr_1');
});

describe('the hash of arguments', () => {
  it('is the same for the same arguments in any order of their fields', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (args) => {
        expect(argumentsHash(shuffled(args) as object)).toBe(argumentsHash(args));
      }),
    );
  });

  it('is another one for other arguments', () => {
    const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(objects, objects, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(argumentsHash(one) === argumentsHash(other)).toBe(same);
      }),
    );
  });

  it('is that of the call without what only names the call', () => {
    const args = { amount: '12.34', nested: { idempotency_key: 'kept' } };
    const named = { ...args, idempotency_key: 'k1', approval_id: 'apr_1' };
    expect(argumentsHash(named)).toBe(argumentsHash(args));
    expect(argumentsHash({ ...args, nested: {} })).not.toBe(argumentsHash(args));
  });

  it('does not change: approvals that wait outlive a release', () => {
    // printf '{"a":{"c":true,"d":1},"b":["x",null]}' | sha256sum
    expect(argumentsHash({ b: ['x', null], a: { d: 1, c: true } })).toBe(
      '23dd446c53066f21de7621c3251f965c2dc21ba1496430ec8931449826024492',
    );
  });

  it('keeps a field named __proto__, which an attacker would like to be overlooked', () => {
    const hidden = JSON.parse('{"amount":"1.00","__proto__":{"to":"mallory"}}') as object;
    expect(argumentsHash(hidden)).not.toBe(argumentsHash({ amount: '1.00' }));
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [name, sorted(part)]);
}
