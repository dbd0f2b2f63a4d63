import type { Express } from 'express';
import type { SigningKeys } from '../tokens/signing-keys.js';

/** Short enough that a new key, published ahead of its first use, is known everywhere when it signs. */
const CACHE_CONTROL = 'public, max-age=300';

/** Publishes the public keys (RFC 7517): of access tokens for whoever honours them, of mesh tokens for the services. */
export function jwksRoutes(app: Express, keys: { access: SigningKeys; mesh: SigningKeys }): void {
  const publish = (path: string, published: SigningKeys) => {
    app.get(path, (_request, response) => {
      response
        .set('cache-control', CACHE_CONTROL)
        .type('application/jwk-set+json')
        .send(JSON.stringify(published.jwks));
    });
  };
  publish('/.well-known/jwks.json', keys.access);
  publish('/mesh/jwks.json', keys.mesh);
}
