import { fault } from '@florin/faults';
import { nothingRevoked } from '@florin/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Caller, signedIn } from '../../src/auth/caller.js';
import type { Change, ListKind } from '../../src/subscriptions/change.js';
import { createSubscriptions, URIS_MAX } from '../../src/subscriptions/subscriptions.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const callerOf = (client_id = 'app', scopes = ['profile:read']): Caller =>
  signedIn('token', {
    user_id: 'usr_1',
    client_id,
    scopes,
    expires_at_ms: Date.now() + 300_000,
    grounds: [],
    requests_per_minute: 0,
  });

function setUp(limits = { per_client: 3, total: 5 }) {
  const listeners = new Set<(event: unknown, subject: string) => void>();
  const bus = {
    connected: true,
    onEvents(_subject: string, listener: (event: unknown, subject: string) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const asked: string[] = [];
  const services = { away: false };
  const check = {
    key: (_caller: Caller, uri: string) => uri,
    async read(_caller: Caller, uri: string) {
      asked.push(uri);
      if (services.away) throw fault('UNAVAILABLE', 'Try again.');
      if (uri.includes('theirs')) throw fault('NOT_FOUND', 'There is no such thing.');
    },
  };
  const subscriptions = createSubscriptions({ check, bus, revocations: nothingRevoked, limits });
  const changed = (...uris: string[]) => {
    for (const listener of listeners) listener({ resources: uris.join(' ') }, 'florin.toy.thing.changed.v1');
  };

  function begin(
    caller = callerOf(),
    renew: () => Promise<Caller> = async () => callerOf(),
    lists: ListKind[] = [],
  ) {
    const client = {
      reads: true,
      heard: [] as Change[],
      ended: undefined as string | undefined,
      shown: 'one',
    };
    const subscription = subscriptions.open(
      { caller, renew },
      { kinds: new Set(lists), fingerprint: () => client.shown },
      {
        notify(change) {
          client.heard.push(change);
          return client.reads;
        },
        end(why) {
          client.ended = why.reason;
        },
      },
    );
    return { client, subscription };
  }
  /** A stream whose client was told what it will be told. */
  function open(...options: Parameters<typeof begin>) {
    const opened = begin(...options);
    opened.subscription.resume();
    return opened;
  }
  return { bus, subscriptions, begin, open, changed, listeners, services };
}

const resource = (uri: string): Change => ({ kind: 'resource', uri });

describe('a client that does not read', () => {
  it('is kept nothing but one notice of each resource, and given these when it reads again', async () => {
    const { open, changed } = setUp();
    const { client, subscription } = open();
    await subscription.add('a', 'req');
    await subscription.add('b', 'req');
    client.reads = false;
    changed('a');
    await vi.advanceTimersByTimeAsync(100);
    for (let change = 0; change < 10_000; change += 1) changed('a', 'b');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(client.heard).toEqual([resource('a')]);
    client.reads = true;
    subscription.resume();
    await vi.advanceTimersByTimeAsync(100);
    expect(client.heard.slice(1)).toHaveLength(2);
    expect(client.heard.slice(1)).toEqual(expect.arrayContaining([resource('a'), resource('b')]));
  });

  it('is cut off after half a minute', async () => {
    const { open, changed, subscriptions } = setUp();
    const { client, subscription } = open();
    await subscription.add('a', 'req');
    client.reads = false;
    changed('a');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(client.ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(client.ended).toBe('RESOURCE_EXHAUSTED');
    expect(subscriptions.size).toBe(0);
  });
});

describe('what is watched', () => {
  it('has its owner asked first; what is refused is told to nobody', async () => {
    const { open, changed } = setUp();
    const { client, subscription } = open();
    await expect(subscription.add('theirs', 'req')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    changed('theirs');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.heard).toEqual([]);
  });

  it('waits with what changes until the client was told what it will be told', async () => {
    const { begin, changed } = setUp();
    const { client, subscription } = begin();
    await subscription.add('a', 'req');
    changed('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.heard).toEqual([]);
    expect(client.ended).toBeUndefined();
    subscription.resume();
    await vi.advanceTimersByTimeAsync(100);
    expect(client.heard).toEqual([resource('a')]);
  });

  it('goes on to be where it is asked for again while its service is away, or no more would fit', async () => {
    const { open, changed, services } = setUp();
    const { client, subscription } = open();
    for (let each = 0; each < URIS_MAX; each += 1) await subscription.add(`uri-${each}`, 'req');
    await subscription.add('uri-0', 'req');
    services.away = true;
    await expect(subscription.add('uri-0', 'req')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    changed('uri-0');
    await vi.advanceTimersByTimeAsync(100);
    expect(client.heard).toEqual([resource('uri-0')]);
  });

  it('counts as changed when NATS was away', async () => {
    const { bus, open } = setUp();
    const { client, subscription } = open();
    await subscription.add('a', 'req');
    bus.connected = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.heard).toEqual([]);
    bus.connected = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.heard).toEqual([resource('a')]);
  });

  it('is told no more once it was removed, or its stream has ended', async () => {
    const { open, changed, listeners } = setUp();
    const { client, subscription } = open();
    await subscription.add('a', 'req');
    await subscription.add('b', 'req');
    subscription.remove('a');
    changed('a');
    subscription.end();
    changed('b');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.heard).toEqual([]);
    expect(listeners.size).toBe(0);
  });

  it('is bounded for each stream, client and replica', async () => {
    const { open } = setUp();
    const { subscription } = open();
    for (let each = 0; each < URIS_MAX; each += 1) await subscription.add(`uri-${each}`, 'req');
    await expect(subscription.add('one-more', 'req')).rejects.toMatchObject({ reason: 'RESOURCE_EXHAUSTED' });
    open();
    open();
    expect(() => open()).toThrow(/3 streams open/);
    open(callerOf('other'));
    open(callerOf('other'));
    expect(() => open(callerOf('third'))).toThrow(/Too many streams/);
  });
});

describe('a stream whose token is about to end', () => {
  it('goes on with a new one, and keeps what happened while identity could not be asked', async () => {
    const { open, changed } = setUp();
    let identity: 'up' | 'down' = 'down';
    const { client, subscription } = open(callerOf(), async () => {
      if (identity === 'down') throw fault('UNAVAILABLE', 'Try again.');
      return callerOf();
    });
    await subscription.add('a', 'req');
    await vi.advanceTimersByTimeAsync(295_000);
    changed('a');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(client.heard).toEqual([]);
    identity = 'up';
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.heard).toEqual([resource('a')]);
    expect(client.ended).toBeUndefined();
  });

  it.each([
    ['is not good any more', async () => Promise.reject(fault('TOKEN_EXPIRED', 'Sign in.')), 'TOKEN_EXPIRED'],
    ['opens other things now', async () => callerOf('app', ['banking:read']), 'INVALID_TOKEN'],
  ] as const)('ends where it %s', async (_what, renew, reason) => {
    const { open } = setUp();
    const { client } = open(callerOf(), renew);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(client.ended).toBe(reason);
  });
});

describe('a list', () => {
  it('is told of when the access is to other things, before the stream ends with it', async () => {
    const { open } = setUp();
    const { client } = open(callerOf(), async () => callerOf('app', ['banking:read']), ['tools', 'prompts']);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(client.ended).toBe('INVALID_TOKEN');
    expect(client.heard).toEqual([
      { kind: 'list', list: 'tools' },
      { kind: 'list', list: 'prompts' },
    ]);
  });

  it('is told of when it differs, at once and then in three seconds, and not when it is what it was', async () => {
    const { open, subscriptions } = setUp();
    const { client } = open(callerOf(), undefined, ['tools']);
    const show = async (shown: string, wait_ms: number) => {
      client.shown = shown;
      subscriptions.catalogueChanged();
      await vi.advanceTimersByTimeAsync(wait_ms);
    };
    await show('one', 5_000);
    expect(client.heard).toHaveLength(0);
    await show('two', 100);
    expect(client.heard).toEqual([{ kind: 'list', list: 'tools' }]);
    await show('three', 100);
    await show('two', 5_000);
    expect(client.heard).toHaveLength(1);
    await show('three', 100);
    expect(client.heard).toHaveLength(2);
  });
});
