import { StripeRefusal } from '../errors.js';
import { idOf } from '../ids.js';
import { newSetupIntent } from '../present/intent.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';
import { methodNamed } from './methods.js';
import { confirmSetUp } from './set-up.js';

export type Session = Row<'checkout.session'>;

/** The SetupIntent that the page works on: made with the session, shown by it from the beginning. */
export function startSetUp(
  world: World,
  customer: string | null,
  types: string[],
  account: string | null,
): string {
  const row = world.store.insert(
    'setup_intent',
    newSetupIntent(world.now(), {
      allowed_payment_method_types: null,
      automatic_payment_methods: null,
      customer,
      description: null,
      metadata: {},
      payment_method_types: types,
      usage: 'off_session',
    }),
    account,
  );
  world.emit('setup_intent.created', row);
  return row.id;
}

/**
 * The person chose a method. Answers what the bank says where it refuses, the bank's page where it wants to see the
 * person, or nothing: then the session is complete.
 */
export function chooseMethod(
  world: World,
  session: Session,
  token: string,
  public_url: string,
): { refusal?: string; next_url?: string } {
  const intent = world.store.get('setup_intent', idOf(session.object.setup_intent));
  if (!intent) return { refusal: 'This session has no SetupIntent.' };
  try {
    const method = methodNamed(world, session.account, token, 'payment_method');
    const return_url = `${public_url}/checkout/${session.id}/return`;
    confirmSetUp(world, intent, method, { return_url, mandate_accepted: true, public_url });
  } catch (error) {
    if (error instanceof StripeRefusal) return { refusal: error.message };
    throw error;
  }
  const url = intent.object.next_action?.redirect_to_url?.url;
  if (url) return { next_url: url };
  completeSession(world, session);
  return {};
}

/** Once its SetupIntent has succeeded. Answers whether the session is complete. */
export function completeSession(world: World, session: Session): boolean {
  const intent = world.store.get('setup_intent', idOf(session.object.setup_intent));
  if (session.object.status === 'open' && intent?.object.status === 'succeeded') {
    world.change(
      session,
      'checkout.session.completed',
      { status: 'complete', url: null },
      { due_at_ms: undefined },
    );
  }
  return session.object.status === 'complete';
}

export function expireSession(world: World, session: Session): void {
  if (session.object.status !== 'open') return;
  world.change(
    session,
    'checkout.session.expired',
    { status: 'expired', url: null },
    { due_at_ms: undefined },
  );
}

/** Where the person goes back to: "{CHECKOUT_SESSION_ID}" in the address stands for the session's id. */
export function returnAddress({ object }: Session, url: string | null): string | undefined {
  return url === null ? undefined : url.replaceAll('{CHECKOUT_SESSION_ID}', object.id);
}
