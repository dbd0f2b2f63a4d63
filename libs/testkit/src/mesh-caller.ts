import { type FailureFrame, fromFailure } from '@florin/faults';
import { type Call, florin, type ReceivedReply } from '@florin/proto';
import { credentials } from '@grpc/grpc-js';

type Json = Record<string, unknown>;

/** Calls a service as the gateway does. */
export interface MeshCaller {
  /** @throws Fault, as the gateway gets it; the error of gRPC where the service is gone */
  call(
    kind: 'tool' | 'resource' | 'prompt' | 'completion',
    name: string,
    args: unknown,
    mesh_token?: string,
  ): Promise<Json>;
  /** The JSON that a resource shows. */
  read(uri: string, mesh_token: string): Promise<Json>;
  close(): void;
}

export function createMeshCaller(grpc_address: string): MeshCaller {
  const client = new florin.mesh.v1.Capabilities(grpc_address, credentials.createInsecure());

  const call: MeshCaller['call'] = async (kind, name, args, mesh_token = '') => {
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
      name,
      arguments_json: Buffer.from(JSON.stringify(args)),
      mesh_token,
      request_id: 'req_of_a_test',
    };
    stream.write({ call_id: 1, start });
    const { result, failure } = await reply.finally(() => stream.end());
    if (failure) throw fromFailure(failure as FailureFrame);
    return JSON.parse(String(result?.result_json)) as Json;
  };

  return {
    call,
    async read(uri, mesh_token) {
      const { contents } = await call('resource', uri, {}, mesh_token);
      return JSON.parse((contents as [{ text: string }])[0].text) as Json;
    },
    close: () => client.close(),
  };
}
