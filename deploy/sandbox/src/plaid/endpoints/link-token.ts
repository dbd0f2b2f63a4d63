import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { institutionById } from '../bank/institutions.js';
import { accessToken, type Call, defineEndpoint, httpUrl, timestamp } from '../endpoint.js';
import { PlaidError } from '../errors.js';
import { presentLinkAccount } from '../present.js';
import type { LinkSession, LinkToken } from '../state.js';
import type { World } from '../world.js';

const MINUTE_MS = 60_000;
const LINK_TOKEN_LIFE_MS = 4 * 60 * MINUTE_MS;
/** Update mode, and Hosted Link without `url_lifetime_seconds`. */
const SHORT_LIFE_MS = 30 * MINUTE_MS;
const MAX_LIFE_SECONDS = 21 * 24 * 3_600;
const DEFAULT_DAYS_REQUESTED = 90;

export const products = z.array(z.string().max(50)).max(30);

/** Throws INVALID_PRODUCT for what the stand-in could not then serve. */
export function requireServed(names: readonly string[]): void {
  const foreign = names.filter((name) => name !== 'transactions');
  if (foreign.length > 0) {
    throw new PlaidError('INVALID_PRODUCT', `the stand-in does not serve: ${foreign.join(', ')}`);
  }
}

/** Documented, accepted, and without effect here. */
const ignored = z.unknown().optional();

export const linkTokenCreate = defineEndpoint({
  path: '/link/token/create',
  input: {
    client_name: z.string().min(1).max(30),
    language: z.string().min(2).max(2),
    country_codes: z.array(z.string().length(2)).min(1).max(20),
    user: z.looseObject({ client_user_id: z.string().min(1).max(200) }).optional(),
    user_id: z.string().max(100).optional(),
    products: products.nullish(),
    required_if_supported_products: products.nullish(),
    optional_products: products.nullish(),
    additional_consented_products: products.nullish(),
    webhook: httpUrl.optional(),
    access_token: accessToken.nullish(),
    redirect_uri: httpUrl.optional(),
    hosted_link: z
      .strictObject({
        completion_redirect_uri: z.url().max(1_000).optional(),
        url_lifetime_seconds: z.number().int().min(1).max(MAX_LIFE_SECONDS).optional(),
        delivery_method: ignored,
        is_mobile_app: ignored,
      })
      .optional(),
    transactions: z.strictObject({ days_requested: z.number().int().min(1).max(730).optional() }).optional(),
    link_customization_name: ignored,
    appearance_mode: ignored,
    android_package_name: ignored,
    update: ignored,
  },
  run(input, call) {
    const { world, client_id } = call;
    if (!input.user && !input.user_id) throw missing('user');
    const update = input.access_token ? world.itemOf(client_id, input.access_token) : undefined;
    if (!update && !input.products?.length) throw missing('products');
    requireServed([
      ...(input.products ?? []),
      ...(input.required_if_supported_products ?? []),
      ...(input.optional_products ?? []),
    ]);
    const now_ms = world.nowMs();
    const token: LinkToken = {
      link_token: `link-sandbox-${randomUUID()}`,
      client_id,
      created_at_ms: now_ms,
      expires_at_ms: now_ms + lifeOf(input.hosted_link, update !== undefined),
      client_name: input.client_name,
      language: input.language,
      country_codes: input.country_codes,
      products: input.products ?? [],
      webhook: input.webhook ?? null,
      redirect_uri: input.redirect_uri ?? null,
      completion_redirect_uri: input.hosted_link?.completion_redirect_uri ?? null,
      hosted: input.hosted_link !== undefined,
      days_requested: input.transactions?.days_requested ?? DEFAULT_DAYS_REQUESTED,
      update_item_id: update?.item_id ?? null,
      session: null,
    };
    world.state.link_tokens.push(token);
    return {
      link_token: token.link_token,
      expiration: timestamp(token.expires_at_ms),
      ...(token.hosted ? { hosted_link_url: linkUrl(call, token) } : {}),
    };
  },
});

export const linkTokenGet = defineEndpoint({
  path: '/link/token/get',
  input: { link_token: z.string().min(1).max(100) },
  run({ link_token }, { world, client_id }) {
    const token = world.state.link_tokens.find((each) => each.link_token === link_token);
    if (!token || token.client_id !== client_id) throw new PlaidError('INVALID_LINK_TOKEN');
    return {
      link_token,
      created_at: timestamp(token.created_at_ms),
      expiration: timestamp(token.expires_at_ms),
      // "By default, this endpoint will only return complete event data for Hosted Link sessions."
      ...(token.hosted ? { link_sessions: token.session ? [presentSession(world, token.session)] : [] } : {}),
      metadata: {
        initial_products: token.products,
        webhook: token.webhook,
        country_codes: token.country_codes,
        language: token.language,
        redirect_uri: token.redirect_uri,
        client_name: token.client_name,
      },
    };
  },
});

/** Where a person goes through Link with this token. */
function linkUrl({ public_url }: Pick<Call, 'public_url'>, { link_token }: LinkToken): string {
  return `${public_url}/link?token=${link_token}`;
}

/**
 * "By default, a link_token created to generate a public_token … expires after 4 hours, and a link_token
 * created for an existing Item … expires after 30 minutes. If using Hosted Link, the link_token will expire at
 * the same time as the Hosted Link URL, and you can customize the duration using the
 * hosted_link.url_lifetime_seconds" (Plaid, /link/token/create; unset, that is 30 minutes)
 */
function lifeOf(
  hosted: { url_lifetime_seconds?: number | undefined } | undefined,
  is_update: boolean,
): number {
  if (hosted?.url_lifetime_seconds !== undefined) return hosted.url_lifetime_seconds * 1_000;
  return hosted || is_update ? SHORT_LIFE_MS : LINK_TOKEN_LIFE_MS;
}

function presentSession(world: World, session: LinkSession) {
  const { link_session_id, public_token } = session;
  const institution = institutionById(session.institution_id);
  const shared = {
    link_session_id,
    started_at: timestamp(session.started_at_ms),
    finished_at: session.finished_at_ms === null ? null : timestamp(session.finished_at_ms),
  };
  if (public_token === null || session.item_id === null || !institution) return shared;
  const item = world.itemById(session.item_id);
  const added = {
    public_token,
    accounts: world.accountsOf(item).map((account) => presentLinkAccount(world, item, account)),
    institution: { name: institution.name, institution_id: institution.institution_id },
  };
  return {
    ...shared,
    on_success: {
      public_token,
      metadata: { institution: added.institution, accounts: added.accounts, link_session_id },
    },
    results: {
      item_add_results: [added],
      cra_item_add_results: [],
      cra_update_results: [],
      bank_income_results: [],
      payroll_income_results: [],
      document_income_results: null,
    },
  };
}

function missing(field: string): PlaidError {
  return new PlaidError('MISSING_FIELDS', `the following required fields are missing: ${field}`);
}
