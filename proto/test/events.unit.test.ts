import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  createEvent,
  type EventData,
  type EventOf,
  type EventType,
  events,
  type NewEvent,
  readEvent,
  sequenceText,
} from '../events/index.js';
import { jsonSchemaFiles } from '../events/json-schemas.js';

const types = Object.keys(events) as EventType[];
const suffix = '01jd5c3k8qf6t9w2x4y7z0a1b2';
const linked: NewEvent<'florin.banking.account.linked.v1'> = {
  id: `evt_${suffix}`,
  type: 'florin.banking.account.linked.v1',
  subject: `acc_${suffix}`,
  sequence: 1n,
  time: new Date('2026-11-22T10:30:00Z'),
  data: { account_id: `acc_${suffix}`, user_id: `usr_${suffix}`, link_id: `lnk_${suffix}` },
};

describe('an event', () => {
  test('is a CloudEvent 1.0 in the structured JSON mode', () => {
    expect(createEvent(linked)).toEqual({
      specversion: '1.0',
      id: `evt_${suffix}`,
      source: '//florin/banking',
      type: 'florin.banking.account.linked.v1',
      subject: `acc_${suffix}`,
      time: '2026-11-22T10:30:00.000Z',
      datacontenttype: 'application/json',
      sequence: '0000000000000000001',
      data: linked.data,
    });
  });

  test('comes back from the wire as it was written', () => {
    const written = createEvent({ ...linked, traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` });
    expect(readEvent(JSON.parse(JSON.stringify(written)))).toEqual(written);
  });

  test('carries nothing that its schema does not name', () => {
    const data = { ...linked.data, iban: 'DE02120300000000202051', full_name: 'Ada' };
    expect(JSON.stringify(createEvent({ ...linked, data }))).not.toMatch(/iban|Ada/);
  });

  test('of a newer service is read without the fields that are not known yet', () => {
    const newer = { ...createEvent(linked), partitionkey: 'x', data: { ...linked.data, opened_by: 'x' } };
    expect(readEvent(newer)).toEqual(createEvent(linked));
  });

  test('of a type that is not known yet is told apart from a broken one', () => {
    expect(readEvent({ ...createEvent(linked), type: 'florin.banking.account.frozen.v1' })).toBeUndefined();
    expect(readEvent({ ...createEvent(linked), type: 'constructor' })).toBeUndefined();
    expect(() => readEvent({ ...createEvent(linked), data: {} })).toThrow('account_id');
    expect(() => readEvent('no event')).toThrow();
  });

  test('of one domain cannot claim to come from another', () => {
    expect(() => readEvent({ ...createEvent(linked), source: '//florin/identity' })).toThrow('source');
  });

  test('names at most 100 transactions', () => {
    const data = (count: number): EventData<'florin.banking.transaction.created.v1'> => ({
      account_id: `acc_${suffix}`,
      user_id: `usr_${suffix}`,
      transaction_ids: Array.from({ length: count }, () => `txn_${suffix}`),
    });
    const created = { ...linked, type: 'florin.banking.transaction.created.v1' as const };
    expect(createEvent({ ...created, data: data(100) }).data.transaction_ids).toHaveLength(100);
    expect(() => createEvent({ ...created, data: data(101) })).toThrow('transaction_ids');
  });

  test('has the type of its data', () => {
    expectTypeOf(createEvent(linked)).toEqualTypeOf<EventOf<'florin.banking.account.linked.v1'>>();
    const read = readEvent(createEvent(linked));
    expect(read?.type).toBe(linked.type);
    if (read?.type === 'florin.banking.link.broken.v1')
      expectTypeOf(read.data.link_id).toEqualTypeOf<string>();
  });
});

test('sequences sort as text in the order of their counters', () => {
  const counter = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(counter, counter, (a, b) => {
      expect(sequenceText(a) < sequenceText(b)).toBe(a < b);
    }),
  );
});

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** The schemas of all fields that hold no others, by their paths. */
function leaves(schema: Schema, path = ''): [string, Schema][] {
  if (schema.items) return leaves(schema.items, `${path}[]`);
  if (!schema.properties) return [[path, schema]];
  return Object.entries(schema.properties).flatMap(([name, field]) => leaves(field, `${path}.${name}`));
}

describe('the registry', () => {
  test.each(types)(
    '%s is named florin.<domain>.<entity>.<past tense>.v<n>, and says what happened',
    (type) => {
      expect(type).toMatch(/^florin\.[a-z]+\.[a-z_]+\.[a-z_]+\.v[1-9]$/);
      expect(events[type].meta()?.description).toMatch(/The subject is the [a-z]+\.$/);
    },
  );

  test('no field of any event can hold free text', () => {
    for (const [name, contents] of jsonSchemaFiles()) {
      for (const [path, leaf] of leaves(JSON.parse(contents).properties.data)) {
        expect(leaf, `${name}${path}`).toSatisfy((value: object) => 'pattern' in value || 'enum' in value);
      }
    }
  });

  test('the committed JSON Schemas are those of the zod schemas (else run npm run generate)', () => {
    const folder = join(dirname(fileURLToPath(import.meta.url)), '../events/schemas');
    const committed = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const),
    );
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(jsonSchemaFiles()));
  });
});
