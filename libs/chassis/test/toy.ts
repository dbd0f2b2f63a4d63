import { nothingRevoked } from '@florin/testkit';
import { z } from 'zod';
import {
  createDoor,
  createLogger,
  createMetrics,
  createTracing,
  createVerifier,
  type Door,
  defineOperation,
  definePrompt,
  definePublicOperation,
  defineResource,
  type Offer,
  systemClock,
} from '../src/index.js';

/** What the toy service keeps; tests look at it to see what ran. */
export interface ToyDeps {
  notes: string[];
  /** Resolves when a test lets slow operations go on. */
  gate: Promise<void>;
}

const reads = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
const writes = { ...reads, readOnly: false, idempotent: false };
const note = z
  .string()
  .min(1)
  .max(40)
  .describe('The note.')
  .meta({ examples: ['milk'] });

export const toyOffer: Offer<ToyDeps> = {
  operations: [
    definePublicOperation<ToyDeps>()({
      name: 'say_hello',
      title: 'Say hello',
      description: 'Says hello to anybody.',
      hints: reads,
      input: z.strictObject({ name: note }),
      output: z.strictObject({ greeting: z.string().describe('The greeting.') }),
      run: async ({ name }) => ({ greeting: `Hello ${name}` }),
    }),
    defineOperation<ToyDeps>()({
      name: 'add_note',
      title: 'Add a note',
      description: 'Keeps a note.',
      scopes: ['profile:write'],
      hints: writes,
      input: z.strictObject({ note }),
      output: z.strictObject({ note_id: z.string(), user_id: z.string() }),
      run: async (input, { deps, actor }) => {
        deps.notes.push(input.note);
        return { note_id: `note_${deps.notes.length}`, user_id: actor.user_id };
      },
    }),
    defineOperation<ToyDeps>()({
      name: 'add_note_badly',
      title: 'Add a note, and break the promise about the result',
      description: 'Keeps a note.',
      scopes: ['profile:write'],
      hints: writes,
      input: z.strictObject({ note }),
      output: z.strictObject({ note_id: z.string().max(3) }),
      run: async (input, { deps }) => {
        deps.notes.push(input.note);
        return { note_id: `note_${deps.notes.length}` };
      },
    }),
    defineOperation<ToyDeps>()({
      name: 'add_note_slowly',
      title: 'Add a note when the gate opens',
      description: 'Keeps a note.',
      scopes: ['profile:write'],
      hints: writes,
      input: z.strictObject({ note }),
      output: z.strictObject({ note_id: z.string() }),
      run: async (input, { deps, progress }) => {
        progress(1, 2, 'waiting');
        await deps.gate;
        deps.notes.push(input.note);
        return { note_id: `note_${deps.notes.length}` };
      },
    }),
    defineOperation<ToyDeps>()({
      name: 'read_slowly',
      title: 'Read when the gate opens',
      description: 'Reads.',
      scopes: ['profile:read'],
      hints: reads,
      input: z.strictObject({}),
      output: z.strictObject({ count: z.int() }),
      run: async (_input, { deps }) => {
        await deps.gate;
        return { count: deps.notes.length };
      },
    }),
    defineOperation<ToyDeps>()({
      name: 'read_everything',
      title: 'Read too much',
      description: 'Reads.',
      scopes: ['profile:read'],
      hints: reads,
      input: z.strictObject({}),
      output: z.strictObject({ text: z.string() }),
      run: async () => ({ text: 'x'.repeat(70_000) }),
    }),
  ],
  resources: [
    defineResource<ToyDeps>()({
      name: 'notes',
      title: 'Notes',
      description: 'The notes of a person.',
      uri: 'notes://{user_id}/all{?prefix}',
      scopes: ['profile:read'],
      params: z.strictObject({ user_id: z.string(), prefix: z.string().max(10).optional() }),
      output: z.strictObject({ notes: z.array(z.string()) }),
      complete: { prefix: async (typed, { deps }) => deps.notes.filter((kept) => kept.startsWith(typed)) },
      read: async ({ prefix = '' }, { deps }) => ({
        data: { notes: deps.notes.filter((kept) => kept.startsWith(prefix)) },
        last_modified: new Date('2026-11-02T09:00:00Z'),
      }),
    }),
  ],
  prompts: [
    definePrompt<ToyDeps>()({
      name: 'tidy_up',
      title: 'Tidy up',
      description: 'Helps to tidy up the notes.',
      scopes: ['profile:read'],
      arguments: z.strictObject({ style: z.string().max(20).describe('How tidy.') }),
      render: async ({ style }) => [{ role: 'user', text: `Tidy up my notes, ${style}.` }],
    }),
  ],
};

/** A door to the toy service, and everything that it logged. */
export function toyDoor(issuer: { issuer: string; jwks_url: string }, deps: ToyDeps) {
  const log: string[] = [];
  const door: Door = createDoor({
    offer: toyOffer,
    deps,
    verify: createVerifier({ ...issuer, revocations: nothingRevoked, now: systemClock }),
    now: systemClock,
    logger: createLogger({ name: 'toy', level: 'info' }, { write: (line) => log.push(line) }),
    metrics: createMetrics('toy').calls,
    tracing: createTracing('toy', undefined),
  });
  return { door, log };
}
