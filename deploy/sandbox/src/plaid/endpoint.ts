import { z } from 'zod';
import type { Faults } from '../faults.js';
import type { SigningKey } from './state.js';
import type { World } from './world.js';

/** What an endpoint's `run` is given beside its input. */
export interface Call {
  client_id: string;
  world: World;
  faults: Faults;
  signing_key: SigningKey;
  /** Where a browser reaches the stand-in, without a trailing slash. */
  public_url: string;
}

export interface Endpoint {
  path: string;
  /** Throws a PlaidError, or a ZodError for a bad input. */
  run(input: unknown, call: Call): object;
}

/** One of Plaid's endpoints: POST, JSON in, JSON out; `request_id` is added to every answer. */
export function defineEndpoint<Input extends z.ZodRawShape>(endpoint: {
  path: string;
  input: Input;
  run(input: z.infer<z.ZodObject<Input>>, call: Call): object;
}): Endpoint {
  const schema = z.strictObject(endpoint.input);
  return {
    path: endpoint.path,
    run: (input, call) => endpoint.run(schema.parse(input, { reportInput: true }), call),
  };
}

export const accessToken = z.string().min(1).max(100);
export const httpUrl = z.url({ protocol: /^https?$/ }).max(1_000);

/** 1995-12-17T03:24:00Z */
export function timestamp(time_ms: number): string {
  return new Date(time_ms).toISOString();
}
