import {
  type CallRequest,
  createCapabilities,
  createDoor,
  createLogger,
  createMetrics,
  createTracing,
  createVerifier,
  defineOperation,
  definePrompt,
  definePublicOperation,
  defineResource,
  describeOffer,
  type Offer,
  startGrpcServer,
  systemClock,
} from '@florin/chassis';
import { florin } from '@florin/proto';
import { nothingRevoked, type TestIssuer } from '@florin/testkit';
import { z } from 'zod';

/** What a toy service keeps over its restarts. */
export interface ToyDeps {
  notes: string[];
  /** By idempotency key. */
  payments: Map<string, string>;
  /** Slow operations wait for it. */
  gate: Promise<void>;
  /** How many of them have come to wait. */
  begun: number;
}

const reads = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
const writes = { ...reads, readOnly: false, idempotent: false };
const note = z.string().min(1).max(900_000).describe('The note.');
const noteOutput = z.strictObject({ note_id: z.string(), user_id: z.string() });

const sayHello = definePublicOperation<ToyDeps>()({
  name: 'say_hello',
  title: 'Say hello',
  description: 'Says hello to anybody.',
  hints: reads,
  input: z.strictObject({ name: z.string().max(40).describe('Whom to greet.') }),
  output: z.strictObject({ greeting: z.string() }),
  run: async ({ name }) => ({ greeting: `Hello ${name}` }),
});

const addNote = defineOperation<ToyDeps>()({
  name: 'add_note',
  title: 'Add a note',
  description: 'Keeps a note.',
  scopes: ['profile:write'],
  hints: writes,
  input: z.strictObject({ note }),
  output: noteOutput,
  async run(input, { deps, actor }) {
    deps.notes.push(input.note);
    return { note_id: `note_${deps.notes.length}`, user_id: actor.user_id };
  },
});

const addNoteSlowly = defineOperation<ToyDeps>()({
  ...addNote,
  name: 'add_note_slowly',
  async run(input, { deps, actor, progress }) {
    deps.notes.push(input.note);
    progress(1, 2, 'kept');
    deps.begun += 1;
    await deps.gate;
    return { note_id: `note_${deps.notes.length}`, user_id: actor.user_id };
  },
});

const pay = defineOperation<ToyDeps>()({
  name: 'pay',
  title: 'Pay',
  description: 'Pays once for each key.',
  scopes: ['payments:write'],
  hints: { ...writes, destructive: true, idempotent: true },
  input: z.strictObject({ idempotency_key: z.string().max(64).describe('Makes it happen once.') }),
  output: z.strictObject({ payment_id: z.string(), replayed: z.boolean() }),
  async run({ idempotency_key }, { deps }) {
    const known = deps.payments.get(idempotency_key);
    if (known !== undefined) return { payment_id: known, replayed: true };
    const payment_id = `pay_${deps.payments.size + 1}`;
    deps.payments.set(idempotency_key, payment_id);
    deps.begun += 1;
    await deps.gate;
    return { payment_id, replayed: false };
  },
});

const readSlowly = defineOperation<ToyDeps>()({
  name: 'read_slowly',
  title: 'Read slowly',
  description: 'Counts the notes, in its time.',
  scopes: ['profile:read'],
  hints: reads,
  input: z.strictObject({}),
  output: z.strictObject({ count: z.int() }),
  async run(_input, { deps, signal, progress }) {
    progress(1, 3, 'opening');
    progress(2, 3, 'counting');
    deps.begun += 1;
    await Promise.race([deps.gate, aborted(signal)]);
    return { count: deps.notes.length };
  },
});

const notes = defineResource<ToyDeps>()({
  name: 'notes',
  title: 'Notes',
  description: 'All notes.',
  uri: 'notes://{user_id}/list',
  scopes: ['profile:read'],
  params: z.strictObject({ user_id: z.string().regex(/^me$/, 'must be "me"') }),
  output: z.strictObject({ notes: z.array(z.string()) }),
  complete: { user_id: async (typed) => ['me'].filter((value) => value.startsWith(typed)) },
  read: async (_params, { deps }) => ({
    data: { notes: deps.notes },
    last_modified: new Date('2026-11-22T10:00:00Z'),
  }),
});

const writeANote = definePrompt<ToyDeps>()({
  name: 'write_a_note',
  title: 'Write a note',
  description: 'Starts with a note.',
  scopes: ['profile:write'],
  arguments: z.strictObject({ about: z.string().max(40).describe('What it is about.') }),
  complete: { about: async (typed) => ['milk', 'money'].filter((value) => value.startsWith(typed)) },
  render: async ({ about }) => [{ role: 'user', text: `Write a note about ${about}.` }],
});

export const toyOffer: Offer<ToyDeps> = {
  operations: [sayHello, addNote, addNoteSlowly, pay, readSlowly],
  resources: [notes],
  prompts: [writeANote],
};

export interface ToyService {
  readonly port: number;
  readonly deps: ToyDeps;
  /** Everything that reached the service, as it came. */
  readonly seen: CallRequest[];
  /** Lets slow operations go on, and closes the gate for those that come later. */
  openGate(): void;
  /** As a crash: streams break, nothing is finished. */
  kill(): Promise<void>;
  /** Finishes what runs, as for a new version. */
  drain(): Promise<void>;
  /** At the same port, with what it kept. */
  restart(offer?: Offer<ToyDeps>): Promise<void>;
}

export async function startToy(
  name: string,
  issuer: TestIssuer,
  offer: Offer<ToyDeps> = toyOffer,
): Promise<ToyService> {
  const seen: CallRequest[] = [];
  const deps: ToyDeps = { notes: [], payments: new Map(), gate: Promise.resolve(), begun: 0 };
  let release: () => void = () => undefined;
  const closeGate = () => {
    deps.gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  closeGate();
  let running = await serve(name, issuer, offer, deps, seen, 0);
  const { port } = running.grpc;

  return {
    port,
    deps,
    seen,
    openGate() {
      release();
      closeGate();
    },
    kill: () => running.grpc.stop(0),
    async drain() {
      await running.capabilities.drain(5_000);
      await running.grpc.stop(1_000);
    },
    async restart(changed = offer) {
      running = await serve(name, issuer, changed, deps, seen, port);
    },
  };
}

async function serve(
  name: string,
  issuer: TestIssuer,
  offer: Offer<ToyDeps>,
  deps: ToyDeps,
  seen: CallRequest[],
  port: number,
) {
  const logger = createLogger({ name, level: 'silent' });
  const door = createDoor({
    offer,
    deps,
    verify: createVerifier({ ...issuer, revocations: nothingRevoked, now: systemClock }),
    now: systemClock,
    logger,
    metrics: createMetrics(name).calls,
    tracing: createTracing(name, undefined),
  });
  const watched = {
    ...door,
    call: (request: CallRequest) => {
      seen.push(request);
      return door.call(request);
    },
  };
  const capabilities = createCapabilities(watched, describeOffer(offer), {
    name,
    version: '1.2.3',
    mode: 'simulated',
  });
  const grpc = await startGrpcServer({
    host: '127.0.0.1',
    port,
    services: [{ definition: florin.mesh.v1.Capabilities.service, handlers: capabilities.handlers }],
  });
  return { capabilities, grpc };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}
