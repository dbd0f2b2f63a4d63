import { channelOptions } from '@florin/chassis';
import { fromGrpcError } from '@florin/faults';
import { florin, type ReceivedExportPart } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import type { MeshTokens } from '../tokens/mesh-token.js';

/** For all that one service has of a person. */
const DEADLINE_MS = 60_000;

/** The services of PRIVACY_SERVICES, asked by identity itself on behalf of a person. */
export interface OtherServices {
  names: readonly string[];
  /** @throws Fault, UNAVAILABLE while the service does not answer */
  exportFrom(service: string, user_id: string): AsyncIterable<{ name: string; data: unknown }>;
  close(): void;
}

/** @param addresses host:port by service */
export function connectOtherServices(
  addresses: ReadonlyMap<string, string>,
  meshTokens: MeshTokens,
): OtherServices {
  const clients = new Map(
    [...addresses].map(([name, address]) => [
      name,
      new florin.privacy.v1.PersonalData(address, credentials.createInsecure(), channelOptions),
    ]),
  );
  return {
    names: [...clients.keys()],
    async *exportFrom(service, user_id) {
      const client = clients.get(service);
      if (client === undefined) throw new Error('a service that is not configured');
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${await ownToken(meshTokens, user_id)}`);
      const stream = client.Export({}, metadata, { deadline: Date.now() + DEADLINE_MS });
      try {
        for await (const part of stream) {
          const { name, json } = part as ReceivedExportPart;
          yield { name, data: JSON.parse(json.toString('utf8')) as unknown };
        }
      } catch (error) {
        throw fromGrpcError(error);
      } finally {
        stream.cancel();
      }
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}

/** As any service gets one for its secret. */
async function ownToken(meshTokens: MeshTokens, on_behalf_of: string): Promise<string> {
  const { mesh_token } = await meshTokens.issue({
    subject: 'svc:identity',
    client_id: 'svc:identity',
    on_behalf_of,
    roles: [],
    scopes: [],
    authentication_methods: [],
  });
  return mesh_token;
}
