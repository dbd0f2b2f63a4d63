import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** More than a day of tests leaves; the oldest go first. */
const MAX_ENTRIES = 2_000;

/** Where one provider keeps codes, tokens and sessions: in memory, bounded. They do not survive a restart. */
export function createMemoryAdapter(): AdapterFactory {
  const entries = new Map<string, { payload: AdapterPayload; expires_at_ms: number }>();
  const read = (key: string) => {
    const entry = entries.get(key);
    // The provider's own time: it takes no other.
    if (!entry || entry.expires_at_ms > Date.now()) return entry?.payload;
    entries.delete(key);
    return undefined;
  };
  const first = (model: string, wanted: (payload: AdapterPayload) => boolean) => {
    for (const [key, { payload }] of entries) {
      if (key.startsWith(`${model}:`) && wanted(payload)) return read(key);
    }
    return undefined;
  };
  return (model): Adapter => ({
    async upsert(id, payload, expires_in_s = Number.POSITIVE_INFINITY) {
      const key = `${model}:${id}`;
      entries.delete(key);
      entries.set(key, { payload, expires_at_ms: Date.now() + expires_in_s * 1_000 });
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
    },
    find: async (id) => read(`${model}:${id}`),
    findByUid: async (uid) => first(model, (payload) => payload.uid === uid),
    findByUserCode: async (code) => first(model, (payload) => payload.userCode === code),
    async consume(id) {
      const payload = read(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1_000);
    },
    async destroy(id) {
      entries.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grant_id) {
      for (const [key, { payload }] of entries) if (payload.grantId === grant_id) entries.delete(key);
    },
  });
}
