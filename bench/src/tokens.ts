import {
  createLogger,
  createServiceTokens,
  createVerifier,
  followRevocations,
  systemClock,
} from '@florin/chassis';
import { createExchange } from '@florin/gateway/exchange';
import { withMesh } from './bench-mesh.js';
import { signIn } from './sign-in.js';

const CALLS = 100_000;

export interface TokenRow {
  what: string;
  cpu_us_per_call: number;
}

/** What a call pays for knowing who makes it, once the credential and the mesh token have been seen before. */
export function benchTokens(): Promise<TokenRow[]> {
  return withMesh(async (mesh) => {
    const { NATS_URL = '', SERVICE_SECRET = '' } = mesh.environment('gateway');
    const { MESH_ISSUER = '', MESH_JWKS_URL = '' } = mesh.environment('banking');
    const identity_address = mesh.grpc('identity');
    const now = systemClock;
    const tokens = createServiceTokens({ service: 'gateway', secret: SERVICE_SECRET, identity_address, now });
    const logger = createLogger({ name: 'bench', level: 'silent' });
    const revocations = followRevocations({
      service: 'gateway',
      nats_url: NATS_URL,
      identity_address,
      tokens,
      logger,
    });
    const exchange = createExchange({ identity_address, tokens, revocations, now });
    const verify = createVerifier({ issuer: MESH_ISSUER, jwks_url: MESH_JWKS_URL, revocations, now });
    try {
      const shown = { credential: await signIn(mesh), client_ip: '127.0.0.1' };
      const { mesh_token } = await exchange.caller(shown, 'bench');
      return [
        await measure('credential to caller, at the gateway', () => exchange.caller(shown, 'bench')),
        await measure('mesh token to actor, at a service', () => verify(mesh_token)),
      ];
    } finally {
      exchange.close();
      await revocations.close();
      tokens.close();
    }
  });
}

async function measure(what: string, call: () => Promise<unknown>): Promise<TokenRow> {
  for (let count = 0; count < CALLS / 10; count++) await call();
  const before = process.cpuUsage();
  for (let count = 0; count < CALLS; count++) await call();
  const { user, system } = process.cpuUsage(before);
  return { what, cpu_us_per_call: (user + system) / CALLS };
}
