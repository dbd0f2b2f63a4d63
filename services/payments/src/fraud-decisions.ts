import { channelOptions, type ServiceTokens } from '@florin/chassis';
import { fault, fromGrpcError } from '@florin/faults';
import { florin, type ScreeningClient } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import type { Verdict } from './domain/payment/held.js';

const DEADLINE_MS = 3_000;

/** What fraud has decided of what it wanted to look at. */
export interface FraudDecisions {
  /** @throws Fault UNAVAILABLE */
  decisionOf(transaction_id: string): Promise<Verdict>;
  close(): void;
}

export function createFraudDecisions(options: {
  fraud_address: string | undefined;
  tokens: Pick<ServiceTokens, 'get'>;
}): FraudDecisions {
  const { fraud_address, tokens } = options;
  // Without a fraud service nothing is ever held; what was held before waits for the one that held it.
  if (fraud_address === undefined) return { decisionOf: async () => 'hold', close() {} };
  const client = new florin.fraud.v1.Screening(fraud_address, credentials.createInsecure(), channelOptions);
  return {
    decisionOf: async (transaction_id) => ask(client, await tokens.get(), transaction_id),
    close: () => client.close(),
  };
}

function ask(client: ScreeningClient, token: string, transaction_id: string): Promise<Verdict> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const deadline = Date.now() + DEADLINE_MS;
  return new Promise((resolve, reject) => {
    client.GetDecision({ transaction_id }, metadata, { deadline }, (error, response) => {
      if (error !== null) reject(fromGrpcError(error));
      else if (response === undefined) reject(fault('INTERNAL', 'Fraud answered nothing.'));
      else resolve(verdictOf(response.decision?.verdict));
    });
  });
}

/** A challenge is what the person was asked about before it was held. What we do not know is no permission. */
function verdictOf(verdict: string | undefined): Verdict {
  if (verdict === 'VERDICT_APPROVE') return 'approve';
  return verdict === 'VERDICT_DECLINE' ? 'decline' : 'hold';
}
