import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMappedRoles, judgeArrival, mapRoles } from '../../src/domain/arrival.js';
import { type Role, roles } from '../../src/domain/roles.js';

const role = fc.constantFrom(...roles);
const state = fc.record({
  linked: fc.option(fc.record({ suspended: fc.boolean() }), { nil: undefined }),
  email: fc.option(fc.constant('ada@example.com'), { nil: undefined }),
  email_verified: fc.boolean(),
  address_taken: fc.boolean(),
  provisions_accounts: fc.boolean(),
});

describe('who comes from another provider', () => {
  it('is signed in by it alone only where they were linked before', () => {
    fc.assert(
      fc.property(
        state,
        (given) => (judgeArrival(given) === 'sign_in') === (given.linked?.suspended === false),
      ),
    );
  });

  it('gets an account only for an address that is theirs and nobody’s here', () => {
    fc.assert(
      fc.property(state, (given) => {
        fc.pre(judgeArrival(given) === 'provision');
        expect(given).toMatchObject({
          email_verified: true,
          address_taken: false,
          provisions_accounts: true,
        });
        expect(given.email).toBeDefined();
      }),
    );
  });

  it('is asked for proof only where the provider vouches for the address', () => {
    fc.assert(
      fc.property(state, (given) => {
        fc.pre(judgeArrival(given) === 'prove');
        expect(given).toMatchObject({ email_verified: true, address_taken: true });
      }),
    );
  });

  it.each([
    ['suspended', { linked: { suspended: true } }],
    ['no_address', { email: undefined }],
    ['unverified', { email_verified: false }],
    ['unknown', { provisions_accounts: false }],
  ])('is told: %s', (verdict, over) => {
    const known = {
      linked: undefined,
      email: 'ada@example.com',
      email_verified: true,
      address_taken: false,
      provisions_accounts: true,
    };
    expect(judgeArrival({ ...known, ...over })).toBe(verdict);
  });
});

describe('roles by groups', () => {
  const mapping = fc.dictionary(fc.constantFrom('staff', 'admins', 'audit', '__proto__'), role);
  const groups = fc.array(fc.constantFrom('staff', 'admins', 'audit', '__proto__', 'constructor', 'nobody'));

  it('never touch admin unless the connection says so', () => {
    fc.assert(
      fc.property(groups, mapping, fc.array(role), (names, role_mapping, held) => {
        const after = applyMappedRoles(held, mapRoles(names, { role_mapping, grants_admin: false }));
        expect(after.includes('admin')).toBe(held.includes('admin'));
      }),
    );
  });

  it('leave roles alone that the mapping does not name', () => {
    fc.assert(
      fc.property(groups, mapping, fc.array(role), (names, role_mapping, held) => {
        const after = applyMappedRoles(held, mapRoles(names, { role_mapping, grants_admin: true }));
        const named = Object.values<Role>(role_mapping);
        for (const each of roles.filter((one) => !named.includes(one))) {
          expect(after.includes(each)).toBe(held.includes(each));
        }
      }),
    );
  });

  it('give a role and take it back', () => {
    const role_mapping = { analysts: 'analyst' } as const;
    const given = mapRoles(['staff', 'analysts'], { role_mapping, grants_admin: false });
    expect(applyMappedRoles(['user'], given)).toEqual(['user', 'analyst']);
    const taken = mapRoles(['staff'], { role_mapping, grants_admin: false });
    expect(applyMappedRoles(['user', 'analyst'], taken)).toEqual(['user']);
  });
});
