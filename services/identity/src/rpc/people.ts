import { type RpcService, type RpcSupport, serveRpc } from '@florin/chassis';
import { fault } from '@florin/faults';
import { florin, type PeopleHandlers } from '@florin/proto';
import { normalizeEmail } from '../domain/email.js';
import { findReachable, type UserStore } from '../store/users.js';

/** RFC 5321, section 4.5.3.1.3: 256 octets with its brackets. Longer text is nobody's address. */
const MAX_EMAIL = 254;

/** florin.identity.v1.People. */
export function peopleRpc(store: UserStore, support: RpcSupport): RpcService {
  const handlers: PeopleHandlers = {
    FindByEmail: serveRpc({ callers: ['payments'], ...support }, async ({ email }) => {
      const found = email.length <= MAX_EMAIL ? await findReachable(store, normalizeEmail(email)) : undefined;
      // One answer for nobody, somebody who has not verified it, and somebody suspended: an agent shall not tell them apart.
      if (found === undefined)
        throw fault(
          'NOT_FOUND',
          'Nobody here can be reached by that e-mail address. Check it with the person.',
        );
      return found;
    }),
  };
  return { definition: florin.identity.v1.People.service, handlers };
}
