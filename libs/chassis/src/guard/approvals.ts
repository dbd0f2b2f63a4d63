import { fault, fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { ApprovalRequest, ApprovalResult, SummaryLine } from '../approval.js';
import { channelOptions, type ServiceTokens } from '../service-token.js';

const DEADLINE_MS = 3_000;

/** What an approval is bound to, and whose it is. */
export interface Binding {
  user_id: string;
  client_id: string;
  operation: string;
  arguments_hash: string;
}

/** Asks the person, at identity's pages. */
export interface Approvals {
  /** @throws Fault */
  request(binding: Binding, summary: readonly SummaryLine[]): Promise<ApprovalRequest>;
  /** @throws Fault APPROVAL_MISMATCH, APPROVAL_DENIED, APPROVAL_EXPIRED, APPROVAL_USED */
  consume(binding: Binding, approval_id: string, operation_id: string): Promise<ApprovalResult>;
  close(): void;
}

type Answer<T> = (error: ServiceError | null, response?: T) => void;

/** florin.identity.v1.Approvals, on behalf of the person. */
export function createApprovals(options: {
  identity_address: string;
  tokens: Pick<ServiceTokens, 'get'>;
}): Approvals {
  const { identity_address, tokens } = options;
  const client = new florin.identity.v1.Approvals(
    identity_address,
    credentials.createInsecure(),
    channelOptions,
  );

  async function metadataFor(user_id: string): Promise<Metadata> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await tokens.get(user_id)}`);
    return metadata;
  }

  return {
    async request({ user_id, client_id, operation, arguments_hash }, summary) {
      const metadata = await metadataFor(user_id);
      const binding = { client_id, operation, arguments_hash };
      const { approval } = await answered<{ approval: ApprovalRequest | null }>((answer) =>
        client.Request({ binding, summary: [...summary] }, metadata, { deadline: deadline() }, answer),
      );
      if (approval === null) throw fault('INTERNAL', 'Identity answered nothing.');
      return approval;
    },
    async consume({ user_id, client_id, operation, arguments_hash }, approval_id, operation_id) {
      const metadata = await metadataFor(user_id);
      const request = { approval_id, binding: { client_id, operation, arguments_hash }, operation_id };
      const { pending } = await answered<{ pending: ApprovalRequest | null }>((answer) =>
        client.Consume(request, metadata, { deadline: deadline() }, answer),
      );
      return pending === null ? { granted: true } : { granted: false, approval: pending };
    },
    close: () => client.close(),
  };
}

function deadline(): number {
  return Date.now() + DEADLINE_MS;
}

function answered<T>(call: (answer: Answer<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error !== null) reject(fromGrpcError(error));
      else if (response === undefined) reject(fault('INTERNAL', 'Identity answered nothing.'));
      else resolve(response);
    });
  });
}
