import { createServiceTokens, idToUuid } from '@florin/chassis';
import { type FailureFrame, fromFailure } from '@florin/faults';
import { florin, type ReceivedSpendResponse, type SpendRequest } from '@florin/proto';
import { credentials } from '@grpc/grpc-js';
import { decodeJwt } from 'jose';
import type { IdentityUnderTest } from './identity-under-test.js';

type Action = Pick<SpendRequest, 'reserve' | 'commit' | 'release' | 'look'>;

/** A service with one open stream of florin.identity.v1.Limits. */
export function spender(identity: IdentityUnderTest, service: 'payments' | 'investing', now: () => Date) {
  const client = new florin.identity.v1.Limits(identity.grpc_address, credentials.createInsecure());
  const tokens = createServiceTokens({
    service,
    secret: `secret-of-${service}`,
    identity_address: identity.grpc_address,
    now,
  });
  const stream = client.Spend();
  const waiting = new Map<number, (response: ReceivedSpendResponse) => void>();
  stream.on('data', (response: ReceivedSpendResponse) => {
    waiting.get(response.request_id)?.(response);
    waiting.delete(response.request_id);
  });
  stream.on('error', () => undefined);
  let last = 0;
  async function ask(action: Action, token?: string): Promise<ReceivedSpendResponse> {
    const service_token = token ?? (await tokens.get());
    last += 1;
    const request_id = last;
    const answered = new Promise<ReceivedSpendResponse>((resolve) => waiting.set(request_id, resolve));
    stream.write({ request_id, service_token, ...action });
    const response = await answered;
    if (response.failure) throw fromFailure(response.failure as FailureFrame);
    return response;
  }
  return {
    /** @returns "done", or the limit that was exceeded. @throws Fault */
    async spend(action: Action, token?: string): Promise<string> {
      const { outcome, exceeded } = await ask(action, token);
      return outcome === 'exceeded' ? String(exceeded?.limit) : String(outcome);
    },
    /** What is left. @throws Fault */
    look: async (agent: { user_id: string; agent_id: string }) => (await ask({ look: agent })).left,
    close() {
      stream.end();
      client.close();
      tokens.close();
    },
  };
}

/** An agent of a new person: the password sign-in. */
export async function agentOf(identity: IdentityUnderTest, email: string) {
  const user_id = await identity.register(email);
  const { access_token } = await identity.signIn(email);
  const mesh_token = await identity.exchange(access_token);
  return { user_id, access_token, mesh_token, agent_id: String(decodeJwt(mesh_token).agent_id) };
}

/** As the person does at the page, in US cents. */
export async function limit(
  identity: IdentityUnderTest,
  agent_id: string,
  limits: { per_transaction: number; per_day: number; currency?: string },
): Promise<void> {
  await identity.sql`
    update agents set currency = ${limits.currency ?? 'USD'}, per_transaction_minor = ${limits.per_transaction},
      per_day_minor = ${limits.per_day}, limits_set_at = now()
    where agent_id = ${idToUuid(agent_id, 'agt')}`;
}
