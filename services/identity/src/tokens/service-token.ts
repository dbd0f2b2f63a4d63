import { createHash, timingSafeEqual } from 'node:crypto';
import { idSchema } from '@florin/chassis';
import { fault, invalidField } from '@florin/faults';
import { scopesOfService } from '../domain/service-scopes.js';
import type { MeshToken, MeshTokens } from './mesh-token.js';

interface ServiceTokenRequest {
  service: string;
  secret: string;
  /** Empty when the service acts for itself. */
  on_behalf_of: string;
}

/**
 * Turns a service's secret into a mesh token for it, or for it acting for a person.
 * @throws Fault INVALID_CREDENTIALS; INVALID_ARGUMENT or NOT_FOUND for the person
 */
export type IssueServiceToken = (request: ServiceTokenRequest) => Promise<MeshToken>;

const userId = idSchema('usr', 'The person for whom the service acts.');
const nobodys = Buffer.alloc(32);

/** @param secretHashes SHA-256 of each service's secret. The secrets are random, so no slower hash is needed. */
export function createServiceTokenIssuer(parts: {
  meshTokens: MeshTokens;
  secretHashes: ReadonlyMap<string, Buffer>;
  isActiveUser: (user_id: string) => Promise<boolean>;
}): IssueServiceToken {
  const { meshTokens, secretHashes, isActiveUser } = parts;
  return async ({ service, secret, on_behalf_of }) => {
    const given = createHash('sha256').update(secret).digest();
    const known = secretHashes.get(service);
    if (!timingSafeEqual(given, known ?? nobodys) || known === undefined) {
      throw fault(
        'INVALID_CREDENTIALS',
        'The service or its secret is not known here. Check SERVICE_SECRET.',
      );
    }
    if (on_behalf_of !== '') {
      if (!userId.safeParse(on_behalf_of).success) throw invalidField('on_behalf_of', 'must be a user id.');
      if (!(await isActiveUser(on_behalf_of))) throw fault('NOT_FOUND', 'There is no such active user.');
    }
    return meshTokens.issue({
      subject: `svc:${service}`,
      client_id: `svc:${service}`,
      ...(on_behalf_of !== '' && { on_behalf_of }),
      // Roles are people's: a service sees of others what its scopes and the RPCs open to it let it see.
      roles: [],
      scopes: scopesOfService(service),
      authentication_methods: [],
    });
  };
}
