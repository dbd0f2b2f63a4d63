import { describe, expect, it } from 'vitest';
import { addressBlocks, isAddressBlock } from '../src/index.js';

describe('an address block', () => {
  it.each(['203.0.113.7', '203.0.113.0/24', '0.0.0.0/0', '2001:db8::1', '2001:db8::/32', '::/0'])(
    'is %s',
    (text) => {
      expect(isAddressBlock(text)).toBe(true);
    },
  );

  it.each([
    '',
    'localhost',
    '203.0.113.0/33',
    '203.0.113/24',
    '1.2.3.4/8/8',
    '::/129',
    'fe80::1%eth0',
    '1.2.3.4/',
    '1.2.3.4/-1',
  ])('is not "%s"', (text) => {
    expect(isAddressBlock(text)).toBe(false);
  });

  it('holds its addresses of its own family only', () => {
    const blocks = addressBlocks(['203.0.113.0/24', '2001:db8::1']);
    expect(['203.0.113.0', '203.0.113.255', '::ffff:203.0.113.9', '2001:db8::1'].every(blocks.has)).toBe(
      true,
    );
    expect(
      ['203.0.112.255', '203.0.114.0', '2001:db8::2', '', 'x', '203.0.113.1, 1.1.1.1'].some(blocks.has),
    ).toBe(false);
  });

  it('that lists nothing holds nothing', () => {
    expect(addressBlocks([]).has('127.0.0.1')).toBe(false);
  });
});
