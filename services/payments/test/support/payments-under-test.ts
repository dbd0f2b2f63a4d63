import { randomUUID } from 'node:crypto';
import { createMeshCaller, type MeshCaller, type TestClock, testClock } from '@florin/testkit';
import { startPayments } from '../../src/payments.js';
import { type Json, type Person, type Surroundings, startSurroundings, toUuid } from './surroundings.js';
import { untilMoneyMoves } from './until-money-moves.js';

export { type Json, type Person, toUuid };

/** Payments in this process over a database, a NATS account and a Stripe stand-in of its own, called as the mesh calls it. */
export interface PaymentsUnderTest extends Surroundings {
  clock: TestClock;
  /** @throws Fault, as the gateway gets it */
  call: MeshCaller['call'];
  tool(name: string, args: unknown, person: Pick<Person, 'token'>): Promise<Json>;
  /** A money operation with a key of its own, unless `args` has one. */
  pay(args: Json, person: Pick<Person, 'token'>): Promise<Json>;
  /** The JSON that a resource shows. */
  read(uri: string, person: Pick<Person, 'token'>): Promise<Json>;
  /** Stops the service and starts it again over the same state. */
  restart(): Promise<void>;
}

export async function startPaymentsUnderTest(
  name: string,
  over: Record<string, string> = {},
): Promise<PaymentsUnderTest> {
  const clock = testClock();
  const around = await startSurroundings(name, { now: clock.now, over });
  let running = await startPayments(around.env, clock.now);
  let caller = createMeshCaller(around.grpc_address);
  const call: MeshCaller['call'] = (...args) => caller.call(...args);
  await untilMoneyMoves(caller, around.issuer);

  return {
    ...around,
    clock,
    call,
    tool: (called, args, { token }) => call('tool', called, args, token),
    pay: (args, { token }) =>
      call('tool', 'initiate_payment', { idempotency_key: randomUUID(), currency: 'USD', ...args }, token),
    read: (uri, { token }) => caller.read(uri, token),
    async restart() {
      caller.close();
      await running.stop();
      running = await startPayments(around.env, clock.now);
      caller = createMeshCaller(around.grpc_address);
    },
    async stop() {
      caller.close();
      await running.stop();
      await around.stop();
    },
  };
}
