import { and, asc, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { Role } from '../domain/roles.js';
import { users } from './schema.js';
import type { UserStore } from './users.js';

/** Everybody who was not erased, by their ids and so by their age. */
export async function listUsers(
  { db, personalData }: UserStore,
  { email, role }: { email?: string | undefined; role?: Role | undefined },
  { after, limit }: { after: string | undefined; limit: number },
) {
  const rows = await db
    .select({
      user_id: users.user_id,
      email: users.email,
      full_name: users.full_name,
      roles: users.roles,
      created_at: users.created_at,
      suspended_at: users.suspended_at,
    })
    .from(users)
    .where(
      and(
        isNull(users.erased_at),
        email === undefined ? undefined : inArray(users.email_index, personalData.emailCandidates(email)),
        role === undefined ? undefined : sql`${role} = any(${users.roles})`,
        after === undefined ? undefined : gt(users.user_id, after),
      ),
    )
    .orderBy(asc(users.user_id))
    .limit(limit);
  const people = [];
  for (const row of rows) {
    const cipher = await personalData.of(db, row.user_id);
    people.push({
      ...row,
      email: cipher.open('email', row.email),
      full_name: cipher.open('full_name', row.full_name),
    });
  }
  return people;
}
