import type { Express, Response } from 'express';
import { checkCsrf, formBody, formText, requireSession, sessionOf } from '../browser/forms.js';
import { sendPage } from '../browser/page.js';
import { listFederatedNames, type Unlinking, unlinkFederatedUser } from '../store/federated-accounts.js';
import { CONNECTIONS_PATH, connectionsPage } from './connections-page.js';
import type { FederationDeps } from './deps.js';

const CONFLICT = 409;

const outcomes: Record<Unlinking, { said?: string; wrong?: string }> = {
  unlinked: { said: 'Disconnected. You stay signed in where you are.' },
  not_linked: { said: 'That was disconnected before.' },
  only_way_in: {
    wrong:
      'This is the only way into your account. Choose a password first: sign out and take “Forgot your password”.',
  },
};

/** @param titles how people know the providers, by the key under which accounts are linked to them */
export function connectionsRoutes(
  app: Express,
  deps: FederationDeps,
  titles: () => Promise<ReadonlyMap<string, string>>,
): void {
  const { db } = deps;
  const signedIn = requireSession(deps);

  async function show(response: Response, outcome?: Unlinking): Promise<void> {
    const session = sessionOf(response);
    const known = await titles();
    const linked = await listFederatedNames(db, session.user_id);
    const connections = linked.map((each) => ({
      ...each,
      // One that is no longer configured signs nobody in, and would again if it came back.
      title: known.get(each.provider) ?? each.provider.replace(/^\w+:/, ''),
    }));
    const page = connectionsPage(connections, session, outcome && outcomes[outcome]);
    sendPage(response, page, outcome === 'only_way_in' ? CONFLICT : 200);
  }

  app.get(CONNECTIONS_PATH, signedIn, (_request, response) => show(response));

  app.post(CONNECTIONS_PATH, formBody, signedIn, checkCsrf(deps.issuer), async (request, response) => {
    const name = { provider: formText(request, 'provider'), subject: formText(request, 'subject') };
    await show(response, await unlinkFederatedUser(db, sessionOf(response).user_id, name));
  });
}
