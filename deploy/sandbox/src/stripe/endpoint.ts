import { z } from 'zod';
import type { Faults } from '../faults.js';
import { text } from './form.js';
import type { World } from './world.js';

/** What an endpoint's `run` is given beside its input. */
export interface Call {
  world: World;
  faults: Faults;
  /** The connected account that is acted for; null for the platform. */
  account: string | null;
  /** Where a browser reaches the stand-in, without a trailing slash. */
  public_url: string;
  /** A part of the address: `/v1/refunds/:refund`. */
  part(name: string): string;
}

export interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Checks the parameters: throws a ZodError. */
  parse(params: unknown): { input: unknown; expand: string[] };
  /** Throws a StripeRefusal. */
  run(input: unknown, call: Call): object;
}

const expand = z
  .array(text)
  .max(20)
  .optional()
  .transform((paths) => paths ?? []);

/** One of Stripe's endpoints: parameters form-encoded or in the query, JSON out; `expand` is taken by all. */
export function defineEndpoint<Input extends z.ZodRawShape>(endpoint: {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  input: Input;
  run(input: z.infer<z.ZodObject<Input>>, call: Call): object;
}): Endpoint {
  const schema = z.strictObject(endpoint.input);
  return {
    method: endpoint.method,
    path: endpoint.path,
    parse(params) {
      const { expand: paths, ...rest } = params as Record<string, unknown>;
      return {
        expand: z.strictObject({ expand }).parse({ expand: paths }, { reportInput: true }).expand,
        input: schema.parse(rest, { reportInput: true }),
      };
    },
    // `input` is what `parse` gave.
    run: (input, call) => endpoint.run(input as z.infer<z.ZodObject<Input>>, call),
  };
}
