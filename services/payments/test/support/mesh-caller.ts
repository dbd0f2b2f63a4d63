import { randomUUID } from 'node:crypto';
import { type CallKind, newId } from '@florin/chassis';
import { type FailureFrame, fromFailure } from '@florin/faults';
import { type Call, florin, type ReceivedReply } from '@florin/proto';
import { type TestIssuer, until } from '@florin/testkit';
import { credentials } from '@grpc/grpc-js';

export type Json = Record<string, unknown>;

/** Calls a service as the gateway does. */
export interface MeshCaller {
  /** @throws Fault, as the gateway gets it; the error of gRPC where the service is gone */
  call(kind: CallKind, name: string, args: unknown, mesh_token: string): Promise<Json>;
  close(): void;
}

export function createMeshCaller(grpc_address: string): MeshCaller {
  const client = new florin.mesh.v1.Capabilities(grpc_address, credentials.createInsecure());
  return {
    async call(kind, called, args, mesh_token) {
      const stream = client.Exchange();
      const reply = new Promise<ReceivedReply>((resolve, reject) => {
        stream.on('error', reject);
        stream.on('end', () => reject(new Error('the stream ended without a reply')));
        stream.on('data', (received: ReceivedReply) => {
          if (received.call_id === 1) resolve(received);
        });
      });
      const start: Call['start'] = {
        kind: `CALL_KIND_${kind.toUpperCase()}` as 'CALL_KIND_TOOL',
        name: called,
        arguments_json: Buffer.from(JSON.stringify(args)),
        mesh_token,
        request_id: 'req_of_a_test',
      };
      stream.write({ call_id: 1, start });
      const { result, failure } = await reply.finally(() => stream.end());
      if (failure) throw fromFailure(failure as FailureFrame);
      return JSON.parse(String(result?.result_json)) as Json;
    },
    close: () => client.close(),
  };
}

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
