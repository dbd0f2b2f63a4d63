import { isAddressBlock, processConfig, revocationConfig } from '@florin/chassis';
import { z } from 'zod';

/** `https://florin.example`: a scheme and a host, without a path. */
const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be such as https://florin.example, with no path' });
  return z.NEVER;
});
const hostAndPort = /^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/;

const services = z.string().transform((text, context) => {
  const entries = commaSeparated(text).map((entry) => {
    const [name = '', address = ''] = entry.split('=');
    return { name, address };
  });
  const wrong = entries.find(
    ({ name, address }) => !/^[a-z][a-z0-9-]{0,31}$/.test(name) || !hostAndPort.test(address),
  );
  const names = new Set(entries.map(({ name }) => name));
  if (entries.length === 0 || wrong !== undefined) {
    context.addIssue({ code: 'custom', message: 'must be name=host:port, separated by commas' });
  }
  if (names.size < entries.length || names.has('gateway')) {
    context.addIssue({ code: 'custom', message: 'must name each service once, and none of them gateway' });
  }
  return entries;
});

const origins = z.string().default('').transform(commaSeparated).pipe(z.array(origin));

const proxies = z
  .string()
  .default('')
  .transform(commaSeparated)
  .refine((entries) => entries.every(isAddressBlock), {
    error: 'must be addresses or CIDR blocks, such as 10.0.0.0/8, separated by commas',
  });

/** `client=1200,user=3000,address=120`: what is left out has the default. */
const rateLimits = z
  .string()
  .default('')
  .transform((text, context) => {
    const given = commaSeparated(text).map((entry) => entry.split('='));
    const parsed = limitNames.safeParse(Object.fromEntries(given));
    if (parsed.success) return parsed.data;
    context.addIssue({
      code: 'custom',
      message: 'must be such as client=1200,user=3000,address=120, each a number of requests a minute',
    });
    return z.NEVER;
  });

const perMinute = z.coerce.number().int().min(1).max(10_000_000);
const limitNames = z.strictObject({
  client: perMinute.default(1_200),
  user: perMinute.default(3_000),
  address: perMinute.default(120),
});

export const gatewayConfig = processConfig.extend({
  ...revocationConfig.shape,
  FLORIN_MODE: z.enum(['simulated', 'sandbox', 'live']).default('simulated'),
  /** Where clients reach this gateway from outside: the resource that access tokens are issued for lies below it. */
  PUBLIC_URL: origin,
  /** The authorization server that people sign in at. */
  ISSUER: z.url(),
  /** `identity=host:port,banking=host:port`; where two show the same, the first is served. */
  SERVICES: services,
  /** Web origins whose pages may call `/mcp`, besides the gateway's own. */
  ALLOWED_ORIGINS: origins,
  /** Proxies whose `X-Forwarded-For` is believed. API keys may be bound to the addresses that they are used from. */
  TRUSTED_PROXIES: proxies,
  /** Requests a minute, over all replicas: of one client of one person, of one person, of one address without sign-in. */
  RATE_LIMITS: rateLimits,
  /** How many streams one client of one person may have open at a replica. */
  STREAMS_PER_CLIENT: z.coerce.number().int().min(1).max(4_096).default(64),
  /** Clients give up after 60 s by default: an answer of ours that says why comes before. */
  CALL_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(55_000),
});

export type GatewayConfig = z.output<typeof gatewayConfig>;

function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
