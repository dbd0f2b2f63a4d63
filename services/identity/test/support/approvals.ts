import { argumentsHash, type SummaryLine } from '@florin/chassis';
import { fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { csrfOf, signedInBrowser } from './browser.js';
import type { IdentityUnderTest } from './identity-under-test.js';

export interface Asked {
  approval_id: string;
  approval_url: string;
  expires_at: string;
}

interface Call {
  operation?: string;
  client_id?: string;
  args?: object;
}

/** Payments as the caller of florin.identity.v1.Approvals. */
export function paymentsAsks(identity: IdentityUnderTest) {
  const client = new florin.identity.v1.Approvals(identity.grpc_address, credentials.createInsecure());
  const bindingOf = ({ operation = 'initiate_payment', client_id = 'agent', args = {} }: Call) => ({
    client_id,
    operation,
    arguments_hash: argumentsHash(args),
  });
  async function metadataFor(user_id: string, token?: string): Promise<Metadata> {
    const metadata = new Metadata();
    const shown = token ?? (await identity.serviceToken('payments', 'secret-of-payments', user_id));
    metadata.set('authorization', `Bearer ${shown}`);
    return metadata;
  }
  return {
    close: () => client.close(),
    async request(
      user_id: string,
      call: Call & { summary?: SummaryLine[]; token?: string } = {},
    ): Promise<Asked> {
      const { summary = [{ label: 'To', text: 'Ben Carter' }], token } = call;
      const metadata = await metadataFor(user_id, token);
      return new Promise((resolve, reject) => {
        client.Request({ binding: bindingOf(call), summary }, metadata, (error, response) =>
          error ? reject(fromGrpcError(error)) : resolve(response?.approval as Asked),
        );
      });
    },
    /** @returns whether it was consumed; else it waits for the person */
    async consume(
      user_id: string,
      approval_id: string,
      call: Call & { operation_id?: string; token?: string } = {},
    ): Promise<boolean> {
      const { operation_id = 'pay_1', token } = call;
      const metadata = await metadataFor(user_id, token);
      return new Promise((resolve, reject) => {
        const request = { approval_id, binding: bindingOf(call), operation_id };
        client.Consume(request, metadata, (error, response) =>
          error ? reject(fromGrpcError(error)) : resolve(response?.pending === null),
        );
      });
    },
  };
}

/** What the person does at the page. */
export async function decide(
  identity: IdentityUnderTest,
  user_id: string,
  approval_id: string,
  decision: 'granted' | 'denied',
  now?: Date,
): Promise<void> {
  const browser = await signedInBrowser(identity, user_id, now && { now });
  const page = await browser.get(`/approvals/${approval_id}`);
  const sent = await browser.submit(`/approvals/${approval_id}`, { csrf: csrfOf(page.text), decision });
  if (sent.location !== `/approvals/${approval_id}`) throw new Error(`the page answered ${sent.status}`);
}
