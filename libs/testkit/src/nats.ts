import postgres from 'postgres';
import { accountName, natsSequence, testRun } from './test-run.js';

/**
 * A NATS account for the test file that asks, with a JetStream of its own: streams of two files never meet, whatever
 * their names. Returns its URL, with credentials.
 */
export async function claimNats(): Promise<string> {
  const run = await testRun();
  const sql = postgres(run.postgres_url, { max: 1 });
  try {
    // A sequence hands each number out once, whichever worker process asks.
    const [row] = await sql<{ account: string }[]>`select nextval(${natsSequence(run)}) - 1 as account`;
    const index = Number(row?.account);
    if (index >= run.nats_accounts)
      throw new Error(`all ${run.nats_accounts} NATS accounts of the run are taken`);
    const url = new URL(run.nats_url);
    url.username = accountName(index);
    url.password = run.nats_password;
    return url.href;
  } finally {
    await sql.end();
  }
}
