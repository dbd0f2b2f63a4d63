import { channelOptions, type ServiceTokens } from '@florin/chassis';
import { Fault, fault, fromGrpcError } from '@florin/faults';
import { florin, type PeopleClient } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';

const DEADLINE_MS = 3_000;

/** Finds who is meant by an e-mail address, at identity. */
export interface People {
  /**
   * @returns undefined where no active person has verified that address
   * @throws Fault UNAVAILABLE
   */
  findByEmail(email: string): Promise<string | undefined>;
  close(): void;
}

export function createPeople(options: {
  identity_address: string;
  tokens: Pick<ServiceTokens, 'get'>;
}): People {
  const { identity_address, tokens } = options;
  const client = new florin.identity.v1.People(
    identity_address,
    credentials.createInsecure(),
    channelOptions,
  );
  return {
    async findByEmail(email) {
      try {
        return await find(client, await tokens.get(), email);
      } catch (error) {
        if (error instanceof Fault && error.reason === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    close: () => client.close(),
  };
}

function find(client: PeopleClient, token: string, email: string): Promise<string> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    client.FindByEmail({ email }, metadata, { deadline: Date.now() + DEADLINE_MS }, (error, response) => {
      if (error !== null) reject(fromGrpcError(error));
      else if (response === undefined) reject(fault('INTERNAL', 'Identity answered nothing.'));
      else resolve(response.user_id);
    });
  });
}
