import { describe, expect, it } from 'vitest';
import { claimedMethods } from '../../src/federation/arrival.js';

describe('how another provider knew somebody', () => {
  it('is kept, behind our word for it', () => {
    expect(claimedMethods(['pwd', 'hwk'])).toEqual(['fed', 'pwd', 'hwk']);
  });

  it('never counts as a second factor of ours', () => {
    expect(claimedMethods(['pwd', 'mfa'])).toEqual(['fed', 'pwd']);
  });

  it.each([undefined, 'pwd', [7], ['a b'], Array.from({ length: 11 }, () => 'pwd')])(
    'is nothing where it is said in no form that we know: %j',
    (claimed) => {
      expect(claimedMethods(claimed)).toEqual(['fed']);
    },
  );
});
