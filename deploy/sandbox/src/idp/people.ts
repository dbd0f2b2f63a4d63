/** Somebody who can sign in at the identity providers. Nobody has a password: the page asks who you are. */
export interface Person {
  /** `sub` in OIDC, the persistent NameID in SAML. */
  id: string;
  given_name: string;
  family_name: string;
  email: string | null;
  /** Whether the provider vouches for the address. Anybody can claim an address that nobody checked. */
  email_verified: boolean;
  groups: readonly string[];
}

/** Ada and Ben have the addresses of Florin's demo people; the others are known here only. */
export const PEOPLE: readonly Person[] = [
  person('ada', 'Ada', 'Lindqvist', 'ada@florin.test', true, ['staff']),
  person('ben', 'Ben', 'Okafor', 'ben@florin.test', false, ['staff']),
  person('grace', 'Grace', 'Moreau', 'grace@harbor.test', true, ['staff', 'analysts']),
  person('noor', 'Noor', 'Haddad', 'noor@harbor.test', true, ['staff', 'admins']),
  person('kim', 'Kim', 'Sato', 'kim@harbor.test', false, ['contractors']),
  person('lee', 'Lee', 'Novak', null, false, []),
];

export function personById(id: string): Person | undefined {
  return PEOPLE.find((each) => each.id === id);
}

export function fullName({ given_name, family_name }: Person): string {
  return `${given_name} ${family_name}`;
}

function person(
  id: string,
  given_name: string,
  family_name: string,
  email: string | null,
  email_verified: boolean,
  groups: readonly string[],
): Person {
  return { id, given_name, family_name, email, email_verified, groups };
}
