import postgres, { type Sql } from 'postgres';

interface ProvisionOptions {
  /** Of the database and of its runtime role; the owner role is `<name>_owner`. */
  name: string;
  /** Of both roles. */
  password: string;
}

export interface ProvisionedDatabase {
  /** The runtime role's: reads and writes rows, cannot change the schema. */
  url: string;
  /** The owner's: runs migrations. */
  owner_url: string;
}

/** Runs a statement whose names and literals Postgres itself quotes: `%I` an identifier, `%L` a literal. */
async function execute(sql: Sql, statement: string, ...values: string[]): Promise<void> {
  const [row] = await sql<
    { text: string }[]
  >`select format(${statement}, variadic ${values}::text[]) as text`;
  await sql.unsafe(row?.text ?? '');
}

async function ensureRole(admin: Sql, role: string, password: string): Promise<void> {
  const [existing] = await admin`select 1 from pg_roles where rolname = ${role}`;
  if (existing === undefined) await execute(admin, 'create role %I', role);
  await execute(admin, 'alter role %I login password %L', role, password);
}

/** What the runtime role may do with what the owner makes from now on. */
async function grant(database: Sql, owner: string, runtime: string): Promise<void> {
  await execute(database, 'alter schema public owner to %I', owner);
  await execute(database, 'revoke all on schema public from public');
  await execute(database, 'grant usage on schema public to %I', runtime);
  const defaults = 'alter default privileges for role %I';
  // It reads whatever there is (the list of applied migrations, to refuse an old schema), and writes in public only.
  await execute(database, `${defaults} grant usage on schemas to %I`, owner, runtime);
  await execute(database, `${defaults} grant select on tables to %I`, owner, runtime);
  await execute(
    database,
    `${defaults} in schema public grant insert, update, delete on tables to %I`,
    owner,
    runtime,
  );
  await execute(database, `${defaults} in schema public grant usage on sequences to %I`, owner, runtime);
}

/**
 * Makes a service's database and its two roles, or brings those that are there to the same state: it may be run again
 * at every start. Nobody else may connect to the database.
 * @param adminUrl of a role that may create databases and roles.
 */
export async function provisionDatabase(
  adminUrl: string,
  { name, password }: ProvisionOptions,
): Promise<ProvisionedDatabase> {
  const owner = `${name}_owner`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await ensureRole(admin, owner, password);
    await ensureRole(admin, name, password);
    const [existing] = await admin`select 1 from pg_database where datname = ${name}`;
    if (existing === undefined) await execute(admin, 'create database %I owner %I', name, owner);
    await execute(admin, 'revoke all on database %I from public', name);
    await execute(admin, 'grant connect on database %I to %I', name, name);
  } finally {
    await admin.end();
  }

  const inside = new URL(adminUrl);
  inside.pathname = `/${name}`;
  const database = postgres(inside.href, { max: 1, onnotice: () => undefined });
  try {
    await grant(database, owner, name);
  } finally {
    await database.end();
  }

  const urlOf = (role: string) => {
    const url = new URL(inside);
    url.username = role;
    // The setter encodes neither a percent sign nor what is a pattern to it.
    url.password = encodeURIComponent(password);
    return url.href;
  };
  return { url: urlOf(name), owner_url: urlOf(owner) };
}
