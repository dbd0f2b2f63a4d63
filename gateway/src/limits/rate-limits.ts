import { type Fault, fault } from '@florin/faults';
import { type Caller, isSignedIn } from '../auth/caller.js';
import type { SharedUsage } from './shared-usage.js';
import { WINDOW_S } from './usage-window.js';

/** Requests a minute, of all replicas together. An API key may have a limit of its own, given by its owner. */
export interface Limits {
  /** Of one client of one person: one agent does not use up what the person's others need. */
  client: number;
  /** Of one person, by whatever client. */
  user: number;
  /** Of one address, by those who have not signed in. */
  address: number;
}

export interface Taken {
  /** `RateLimit-Policy` and `RateLimit`, of the limit that is nearest; `Retry-After` where it is reached. */
  headers: Record<string, string>;
  /** RATE_LIMITED, where the request goes no further. */
  refused?: Fault;
}

export interface RateLimits {
  /** Counts a request against every limit that it falls under; one that is refused counts against none. */
  take(caller: Caller): Taken;
}

type Kind = 'key' | keyof Limits;
interface Policy {
  kind: Kind;
  name: string;
  limit: number;
}

const whose: Record<Kind, string> = {
  key: 'This API key',
  client: 'This client',
  user: 'This person',
  address: 'This address',
};

export function createRateLimits(limits: Limits, usage: SharedUsage): RateLimits {
  return {
    take(caller) {
      const policies = policiesOf(caller, limits);
      const rooms = policies.map((policy) => ({ policy, room: usage.room(policy.name, policy.limit) }));
      const full = rooms.find(({ room }) => !room.free);
      if (full === undefined) for (const { name } of policies) usage.use(name);
      const nearest = full ?? rooms.reduce((a, b) => (share(b) < share(a) ? b : a));
      const { policy, room } = nearest;
      const wait_s = Math.max(1, Math.ceil(room.wait_ms / 1_000));
      const remaining = full === undefined ? room.remaining - 1 : 0;
      const headers = {
        'ratelimit-policy': `"${policy.kind}";q=${policy.limit};w=${WINDOW_S}`,
        ratelimit: `"${policy.kind}";r=${remaining};t=${wait_s}`,
      };
      if (full === undefined) return { headers };
      return { headers: { ...headers, 'retry-after': String(wait_s) }, refused: tooMany(policy, wait_s) };
    },
  };
}

function policiesOf(caller: Caller, limits: Limits): Policy[] {
  const { user_id, client, limited } = caller;
  if (!isSignedIn(caller)) return [{ kind: 'address', name: client, limit: limits.address }];
  const own: Policy[] = limited
    ? [{ kind: 'key', name: `key ${limited.key_id}`, limit: limited.requests_per_minute }]
    : [];
  return [
    ...own,
    { kind: 'client', name: `client ${client}`, limit: limits.client },
    { kind: 'user', name: `user ${user_id}`, limit: limits.user },
  ];
}

function share({ policy, room }: { policy: Policy; room: { remaining: number } }): number {
  return room.remaining / policy.limit;
}

function tooMany({ kind, limit }: Policy, wait_s: number): Fault {
  const text = `${whose[kind]} has used up its ${limit} requests a minute. Wait ${wait_s} s, then repeat the call.`;
  return fault('RATE_LIMITED', text, {
    details: { limit: kind, limit_per_minute: limit, retry_after_s: wait_s },
  });
}
