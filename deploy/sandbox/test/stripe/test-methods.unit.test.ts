import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TEST_TOKENS, testMethod } from '../../src/stripe/test-methods.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('test tokens', () => {
  it.each(TEST_TOKENS)('%s is known, and told of in the README', (token) => {
    expect(testMethod(token)).toBeDefined();
    expect(readme).toContain(`\`${token}\``);
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'pm_card_chargeDeclined'],
    ['pm_card_visa_chargeDeclinedFraudulent', 'pm_card_chargeDeclinedFraudulent'],
    ['tok_visa', 'pm_card_visa'],
    ['tok_chargeDeclinedExpiredCard', 'pm_card_chargeDeclinedExpiredCard'],
  ])('%s is %s', (spelling, token) => {
    expect(testMethod(spelling)).toEqual(testMethod(token));
  });

  it.each(['pm_card_', 'pm_card_constructor', 'toString', 'pm_1', 'btok_none', 'pm_card_visa_visa'])(
    '%s is none',
    (token) => {
      expect(testMethod(token)).toBeUndefined();
    },
  );
});
