import { BlockList, isIP } from 'node:net';

/** Whether it is an IP address or a CIDR block (RFC 4632, RFC 4291), such as `203.0.113.7` or `2001:db8::/32`. */
export function isAddressBlock(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

export interface AddressBlocks {
  /** False for what is no address. */
  has(address: string): boolean;
}

/** @param blocks each of which {@link isAddressBlock} */
export function addressBlocks(blocks: readonly string[]): AddressBlocks {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return {
    has(text) {
      if (blocks.length === 0) return false;
      const address = plainAddress(text);
      return isIP(address) !== 0 && list.check(address, familyOf(address));
    },
  };
}

/** `::ffff:192.0.2.1` (RFC 4291, section 2.5.5.2) is how a socket for both families shows 192.0.2.1. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
