import { newId } from '@florin/chassis';
import type { Role } from './domain/roles.js';
import type { PasswordHasher } from './passwords/password-hasher.js';
import type { UserStore } from './store/users.js';
import { insertUser } from './store/users.js';

/** Known to everybody who reads this: for machines that hold nothing of worth. */
const DEMO_PASSWORD = 'florin-demo-passphrase';

const people: readonly { email: string; full_name: string; roles: Role[] }[] = [
  { email: 'ada@florin.test', full_name: 'Ada Byron', roles: ['user'] },
  { email: 'ben@florin.test', full_name: 'Ben Carter', roles: ['user'] },
  { email: 'dev@florin.test', full_name: 'Devi Rao', roles: ['user', 'developer'] },
  { email: 'ana@florin.test', full_name: 'Ana Lopes', roles: ['user', 'analyst'] },
  { email: 'aud@florin.test', full_name: 'Auden Hill', roles: ['user', 'auditor'] },
  { email: 'root@florin.test', full_name: 'Rut Olsen', roles: ['user', 'admin'] },
];

/** Makes the people who are missing, and leaves those who are there as they are. */
export async function ensureDemoPeople(
  parts: UserStore & { passwords: PasswordHasher },
  now: Date,
): Promise<void> {
  await Promise.all(
    people.map(async (person) => {
      const password_hash = await parts.passwords.hash(DEMO_PASSWORD);
      await insertUser(
        parts,
        { ...person, user_id: newId('usr'), password_hash, email_verified_at: now },
        { now },
      );
    }),
  );
}
