import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, generateKeyPair as generateJoseKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { readStateFile, writeStateFile } from '../state-file.js';
import { selfSignedCertificate } from './certificate.js';

const samlKey = z.strictObject({ private_key: z.string(), certificate: z.string() });

const idpState = z.strictObject({
  version: z.literal(1),
  /** Private JWKs: ES256, RS256. */
  oidc: z.array(z.record(z.string(), z.unknown())),
  cookie_secret: z.string(),
  saml: z.strictObject({ current: samlKey, next: samlKey }),
});

export type IdpState = Omit<z.infer<typeof idpState>, 'oidc'> & { oidc: JWK[] };
/** PEM both. */
export type SamlKey = z.infer<typeof samlKey>;

const FILE = 'idp.json';
const makeKeys = promisify(generateKeyPair);

/**
 * The keys of both identity providers, the same again after a restart with a data directory.
 * Made when first asked for: three RSA keys take a third of a second, and most who start the sandbox never ask.
 */
export class IdpKeys {
  #state: Promise<IdpState> | undefined;

  constructor(readonly options: { data_dir: string | undefined; now: () => Date }) {
    const { data_dir } = options;
    const kept = data_dir === undefined ? undefined : readStateFile(data_dir, FILE, idpState);
    if (kept) this.#state = Promise.resolve(kept);
  }

  /** One answer for all who ask, also while it is being made. */
  state(): Promise<IdpState> {
    this.#state ??= this.#make();
    return this.#state;
  }

  async #make(): Promise<IdpState> {
    const [es256, rs256, current, next] = await Promise.all([
      signingJwk('ES256'),
      signingJwk('RS256'),
      newSamlKey('sandbox-idp', this.options.now()),
      newSamlKey('sandbox-idp-next', this.options.now()),
    ]);
    const state: IdpState = {
      version: 1,
      oidc: [es256, rs256],
      cookie_secret: randomBytes(32).toString('base64url'),
      saml: { current, next },
    };
    const { data_dir } = this.options;
    if (data_dir !== undefined) writeStateFile(data_dir, FILE, JSON.stringify(state));
    return state;
  }
}

export async function newSamlKey(common_name: string, now: Date): Promise<SamlKey> {
  const { privateKey } = await makeKeys('rsa', { modulusLength: 2_048 });
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { private_key, certificate: selfSignedCertificate(private_key, common_name, now) };
}

async function signingJwk(alg: 'ES256' | 'RS256'): Promise<JWK> {
  const { privateKey } = await generateJoseKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: randomBytes(8).toString('hex') };
}
