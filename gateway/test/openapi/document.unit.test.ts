import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { parseCatalogue } from '../../src/mesh/catalogue.js';
import { mergeCatalogues } from '../../src/mesh/merged-catalogue.js';
import { openApiDocument } from '../../src/openapi/document.js';

const services = fileURLToPath(new URL('../../../services/', import.meta.url));

/** What all services show, as their golden copies have it. */
const catalogue = mergeCatalogues(
  readdirSync(services)
    .filter((provider) => existsSync(`${services}${provider}/catalog.json`))
    .map((provider) => ({
      provider,
      catalogue: parseCatalogue(readFileSync(`${services}${provider}/catalog.json`)),
    })),
);
const options = { public_url: 'https://florin.example', issuer: 'https://id.example/', version: '1.2.3' };
const document = openApiDocument(catalogue, options);

describe('the OpenAPI document', () => {
  // proves: openapi-valid
  it('is valid OpenAPI 3.1, by a validator that is not ours', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)));
    expect(errors ?? []).toEqual([]);
    expect([valid, validator.version]).toEqual([true, '3.1']);
  });

  it('has a path for every tool, and an id of its own for each', () => {
    for (const { tool } of catalogue.tools) expect(document.paths).toHaveProperty([`/v1/tools/${tool.name}`]);
    const operations = Object.values(document.paths).flatMap(({ get, post }) =>
      [get ?? [], post ?? []].flat(),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(catalogue.tools.length);
  });

  it('asks for the scopes of the catalogue, and for nothing where an operation is public', () => {
    expect(document.paths['/v1/tools/search_transactions']).toMatchObject({
      post: { security: [{ oauth: ['banking:read'] }, { api_key: [] }] },
    });
    expect(document.paths['/v1/tools/register_user']).toMatchObject({ post: { security: [] } });
  });

  it('tells of approvals where there may be one, and of no others', () => {
    expect(document.paths['/v1/tools/delete_my_account']).toHaveProperty('post.responses.202');
    expect(document.paths['/v1/tools/list_accounts']).not.toHaveProperty('post.responses.202');
  });

  it("has identity's endpoints at identity's host, those with passwords where they are served", () => {
    expect(document.paths['/auth/login']).toMatchObject({ servers: [{ url: 'https://id.example' }] });
    expect(document.paths['/auth/saml/{connection}/acs']).toHaveProperty('post');
    const without = openApiDocument(mergeCatalogues([]), options);
    expect(Object.keys(without.paths)).not.toContain('/auth/login');
    expect(Object.keys(without.paths)).toContain('/users/me');
  });

  it('gives each status the reasons that it stands for', () => {
    const { Problem409, Problem422, Problem499 } = document.components.responses;
    expect(Problem409).toMatchObject({ description: expect.stringContaining('`IN_PROGRESS`') });
    expect(Problem422).toMatchObject({ description: expect.stringContaining('`IDEMPOTENCY_KEY_REUSED`') });
    expect(Problem499).toBeUndefined();
  });
});
