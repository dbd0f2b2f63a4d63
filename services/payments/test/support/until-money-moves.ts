import { randomUUID } from 'node:crypto';
import { newId } from '@florin/chassis';
import { type MeshCaller, type TestIssuer, until } from '@florin/testkit';

/** Until payments has heard identity's heartbeat, no money moves. */
export async function untilMoneyMoves({ call }: MeshCaller, issuer: TestIssuer): Promise<void> {
  const probe = { source_id: newId('wal'), destination_id: newId('wal'), amount: '1.00', currency: 'USD' };
  const token = await issuer.sign({ sub: newId('usr'), scopes: ['payments:write'] });
  await until(
    async () => {
      const refused = await call(
        'tool',
        'initiate_payment',
        { ...probe, idempotency_key: randomUUID() },
        token,
      )
        .then(() => '')
        .catch((error: Error & { reason?: string }) => error.reason);
      if (refused !== 'NOT_FOUND') throw new Error(`payments answers ${refused}`);
    },
    { timeout: 30_000 },
  );
}
