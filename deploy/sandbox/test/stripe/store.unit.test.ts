import { describe, expect, it } from 'vitest';
import { type EventObject, Store } from '../../src/stripe/store.js';

function event(id: string, created = 0): EventObject {
  return {
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    data: { object: {} },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'customer.created',
  };
}

describe('the store', () => {
  it('answers what a change replaced, and nothing of what stayed', () => {
    const store = new Store();
    const row = store.insert('event', event('evt_1'), null);
    expect(store.change(row, { pending_webhooks: 0, livemode: false })).toEqual({ pending_webhooks: 1 });
    expect(store.get('event', 'evt_1')?.object.pending_webhooks).toBe(0);
  });

  it('knows an object by its kind alone', () => {
    const store = new Store();
    store.insert('event', event('evt_1'), null);
    expect(store.get('customer', 'evt_1')).toBeUndefined();
  });

  it('puts a row that was kept twice in its first place, as it was last', () => {
    const store = new Store();
    for (const [id, created] of [
      ['evt_1', 1],
      ['evt_2', 2],
      ['evt_1', 3],
    ] as const) {
      store.restore({ kind: 'event', id, account: null, object: event(id, created), hidden: {} });
    }
    expect(store.newest('event').map(({ object }) => object.created)).toEqual([2, 3]);
  });

  it('gives what is due in the order of time, once', () => {
    const store = new Store();
    const late = store.insert('event', event('evt_late'), null, { due_at_ms: 200 });
    store.insert('event', event('evt_early'), null, { due_at_ms: 100 });
    store.insert('event', event('evt_never'), null);
    expect(store.due(50)).toEqual([]);
    expect(store.due(200).map(({ id }) => id)).toEqual(['evt_early', 'evt_late']);
    store.change(late, {}, { due_at_ms: undefined });
    expect(store.due(200).map(({ id }) => id)).toEqual(['evt_early']);
  });

  it('forgets the oldest beyond what it keeps', () => {
    const store = new Store();
    for (let count = 0; count < 25; count++) {
      store.insert('event', event(`evt_${count}`), null);
      store.trim('event', 10);
    }
    const kept = store.newest('event').map(({ id }) => id);
    expect(kept.length).toBeLessThanOrEqual(11);
    expect(kept[0]).toBe('evt_24');
    expect(store.any('evt_0')).toBeUndefined();
  });
});
