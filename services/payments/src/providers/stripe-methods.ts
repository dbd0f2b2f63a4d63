import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { type PaymentProvider, type ProviderMethod, ProviderRejected } from './payment-provider.js';
import type { StripeCalls } from './stripe-calls.js';
import { toMethod } from './stripe-values.js';

type Methods = Pick<
  PaymentProvider,
  'createCustomer' | 'attachMethod' | 'getMethod' | 'detachMethod' | 'createSetupPage' | 'getSetup'
>;

interface Parts {
  stripe: Stripe;
  calls: StripeCalls;
}

/** People, and what they pay with: customers, payment methods and Checkout in its set-up mode. */
export function stripeMethods({ stripe, calls }: Parts): Methods {
  async function attach(customer: string, token: string): Promise<Stripe.PaymentMethod> {
    // For the retries of this call alone: what was removed since may be added once more.
    const idempotencyKey = randomUUID();
    if (token.startsWith('seti_')) return ofSetupIntent(customer, token);
    if (token.startsWith('btok_')) return ofBankToken(customer, token);
    if (!token.startsWith('tok_')) {
      return calls.write(() => stripe.paymentMethods.attach(token, { customer }, { idempotencyKey }));
    }
    const params: Stripe.PaymentMethodCreateParams = { type: 'card', card: { token } };
    const { id } = await calls.write(() =>
      stripe.paymentMethods.create(params, { idempotencyKey: `${idempotencyKey}:create` }),
    );
    return calls.write(() => stripe.paymentMethods.attach(id, { customer }, { idempotencyKey }));
  }

  async function ofSetupIntent(customer: string, setup_intent: string): Promise<Stripe.PaymentMethod> {
    const setup = await calls.read(() => stripe.setupIntents.retrieve(setup_intent));
    if (setup.status !== 'succeeded' || setup.payment_method === null || idOf(setup.customer) !== customer) {
      throw new ProviderRejected(
        'setup_incomplete',
        'the setup intent is unfinished, or not of this customer',
      );
    }
    return retrieve(idOf(setup.payment_method) ?? '');
  }

  /** "You can use a saved BankAccount as a PaymentMethod" (Stripe, Migrate existing bank accounts). */
  async function ofBankToken(customer: string, source: string): Promise<Stripe.PaymentMethod> {
    const options = { idempotencyKey: randomUUID() };
    try {
      const bank = await calls.write(() => stripe.customers.createSource(customer, { source }, options));
      return await retrieve(bank.id);
    } catch (error) {
      // The same account, linked anew: "A bank account with that routing number and account number already exists".
      const isThere = error instanceof ProviderRejected && error.failure === 'bank_account_exists';
      const known = isThere && (await findBank(customer, source));
      if (known) return retrieve(known.id);
      throw error;
    }
  }

  async function findBank(customer: string, bank_token: string) {
    const token = await calls.read(() => stripe.tokens.retrieve(bank_token));
    const { data } = await calls.read(() =>
      stripe.customers.listSources(customer, { object: 'bank_account', limit: 100 }),
    );
    return data.find(
      (source) => source.object === 'bank_account' && source.fingerprint === token.bank_account?.fingerprint,
    );
  }

  /** Each time that a card is added, Stripe attaches it once more: the one that was named comes last. */
  async function sameAs(customer: string, id: string): Promise<string[]> {
    const method = id.startsWith('ba_') ? undefined : await unlessMissing(() => retrieve(id));
    const known = method && toMethod(method);
    if (known === undefined) return [id];
    const { data } = await calls.read(() =>
      stripe.customers.listPaymentMethods(customer, { type: known.type, limit: 100 }),
    );
    const same = data.filter((one) => one.id !== id && toMethod(one)?.fingerprint === known.fingerprint);
    return [...same.map((one) => one.id), id];
  }

  async function detach(customer: string, id: string): Promise<void> {
    const options = { idempotencyKey: randomUUID() };
    try {
      // Bank accounts that came by a token are the customer's sources, and are removed as such.
      await calls.write<unknown>(() =>
        id.startsWith('ba_')
          ? stripe.customers.deleteSource(customer, id, {}, options)
          : stripe.paymentMethods.detach(id, {}, options),
      );
    } catch (error) {
      if (!(error instanceof ProviderRejected)) throw error;
      const method = await unlessMissing(() => retrieve(id));
      if (method !== undefined && idOf(method.customer) === customer) throw error;
    }
  }

  const retrieve = (id: string) => calls.read(() => stripe.paymentMethods.retrieve(id));

  return {
    async createCustomer(user_id) {
      // Of this call alone: Stripe keeps a 500 under its key for a day, and the person could do nothing until then.
      const idempotencyKey = randomUUID();
      const customer = await calls.write(() =>
        // No name and no address: the provider needs to know nobody.
        stripe.customers.create({ metadata: { user_id } }, { idempotencyKey }),
      );
      return customer.id;
    },
    async attachMethod(customer_id, token) {
      try {
        return supported(toMethod(await attach(customer_id, token)));
      } catch (error) {
        // Attached before: it is what was asked for, if it is this customer's.
        const known = error instanceof ProviderRejected && (await unlessMissing(() => retrieve(token)));
        if (known && idOf(known.customer) === customer_id) return supported(toMethod(known));
        throw error;
      }
    },
    getMethod: (provider_method_id) =>
      unlessMissing(async () => supported(toMethod(await retrieve(provider_method_id)))),
    async detachMethod(customer_id, provider_method_id) {
      for (const id of await sameAs(customer_id, provider_method_id)) await detach(customer_id, id);
    },
    async createSetupPage({ customer_id, user_id, return_url }) {
      const page = await calls.write(() =>
        stripe.checkout.sessions.create({
          mode: 'setup',
          customer: customer_id,
          currency: 'usd',
          allowed_payment_method_types: ['card', 'us_bank_account'],
          // By small deposits a bank account would be verified days after the page, which says then that it is saved.
          payment_method_options: { us_bank_account: { verification_method: 'instant' } },
          success_url: `${return_url}?setup={CHECKOUT_SESSION_ID}`,
          cancel_url: `${return_url}?setup={CHECKOUT_SESSION_ID}`,
          metadata: { user_id },
        }),
      );
      if (page.url === null) throw new ProviderRejected('no_page', 'Stripe gave no page');
      return { setup_id: page.id, setup_url: page.url, expires_at: new Date(page.expires_at * 1_000) };
    },
    getSetup: (setup_id) =>
      unlessMissing(async () => {
        const page = await calls.read(() =>
          stripe.checkout.sessions.retrieve(setup_id, { expand: ['setup_intent'] }),
        );
        const intent = typeof page.setup_intent === 'object' ? page.setup_intent : null;
        const method = idOf(intent?.payment_method);
        const isDone = page.status === 'complete' && intent?.status === 'succeeded' && method !== undefined;
        return {
          status: isDone
            ? ('complete' as const)
            : page.status === 'expired'
              ? ('expired' as const)
              : ('open' as const),
          customer_id: idOf(page.customer) ?? '',
          ...(isDone && { provider_method_id: method }),
        };
      }),
  };
}

function idOf(reference: string | { id: string } | null | undefined): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}

function supported(method: ProviderMethod | undefined): ProviderMethod {
  if (method !== undefined) return method;
  throw new ProviderRejected('method_not_supported', 'the method is neither a card nor a US bank account');
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProviderRejected && error.failure === 'resource_missing') return undefined;
    throw error;
  }
}
