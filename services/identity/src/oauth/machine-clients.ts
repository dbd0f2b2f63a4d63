import { idSchema, isScope } from '@florin/chassis';
import { z } from 'zod';
import { jsonVariable, unique } from '../json-variable.js';

/**
 * Clients without a person at the screen, which only who runs Florin can name: a machine acts for somebody, and what
 * registers itself cannot say for whom (RFC 6749, section 4.4).
 */
const machineClient = z.strictObject({
  client_id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
    error: 'must be 1 to 40 characters of a-z, 0-9 and "-", such as nightly-report',
  }),
  client_name: z.string().min(1).max(100),
  acts_for: idSchema('usr', 'Whose access it has.'),
  /** Never more than the person's roles open. */
  scopes: z
    .array(z.string().refine(isScope, { error: 'must be a scope of Florin, such as banking:read' }))
    .min(1),
  /** For `client_secret_basic` and `client_secret_post`. */
  client_secret: z.string().min(32, { error: 'must have 32 characters or more' }).max(200).optional(),
  /** For `private_key_jwt` (RFC 7523): the client's public keys. */
  jwks: z
    .object({
      keys: z
        .array(z.looseObject({ kty: z.enum(['EC', 'RSA', 'OKP']) }))
        .min(1)
        .max(4),
    })
    .optional(),
});

export type MachineClient = z.infer<typeof machineClient>;

/** JSON: the machines that act for people. */
export const machineClients = jsonVariable(z.array(machineClient).max(100).superRefine(unique('client_id')));

/** As the OAuth library takes it. */
export function machineClientMetadata({
  client_id,
  client_name,
  client_secret,
  jwks,
  scopes,
}: MachineClient) {
  return {
    client_id,
    client_name,
    scope: scopes.join(' '),
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    ...(client_secret !== undefined && {
      client_secret,
      token_endpoint_auth_method: 'client_secret_basic' as const,
    }),
    ...(jwks !== undefined && {
      jwks: { keys: [...jwks.keys] },
      token_endpoint_auth_method: 'private_key_jwt' as const,
    }),
  };
}
