import type { Mesh } from '@florin/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

interface Operation {
  operationId: string;
  responses: Record<string, unknown>;
  requestBody?: { content: Record<string, { example: Record<string, unknown> }> };
  parameters?: { examples?: Record<string, { value: string }> }[];
}
interface Document {
  paths: Record<string, { servers?: { url: string }[]; get?: Operation; post?: Operation }>;
  components: { securitySchemes: { oauth: { flows: { authorizationCode: Record<string, unknown> } } } };
}
interface Problem {
  status: number;
  reason: string;
  detail: string;
  details?: { fields?: { path: string; message: string }[] };
}

let mesh: Mesh;
let person: Person;
let origin: string;
let document: Document;

beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh);
  origin = new URL(mesh.mcp_url).origin;
  document = (await (await fetch(`${origin}/openapi.json`)).json()) as Document;
});
afterAll(async () => {
  await person?.mcp.close();
  await mesh?.stop();
});

const json = { 'content-type': 'application/json' };

/** What an example may come to: it names things that are nobody's, and keys and codes that are made up. */
const madeUp = /^(?:is|has) not|no such|not yours|expired|denied/;

describe('the reference over plain HTTP', () => {
  it('reads every resource that is named without an id', async () => {
    const { get } = document.paths['/v1/resources'] ?? {};
    const uris = Object.values(get?.parameters?.[0]?.examples ?? {}).map(({ value }) => value);
    for (const uri of uris.filter((each) => !each.includes('{'))) {
      const response = await fetch(`${origin}/v1/resources?uri=${encodeURIComponent(uri)}`, {
        headers: { authorization: `Bearer ${person.access_token}` },
      });
      expect([uri, response.status]).toEqual([uri, 200]);
      expect(response.headers.get('content-type')).toContain('application/json');
      await response.json();
    }
    expect(uris.length).toBeGreaterThan(3);
  });

  // proves: openapi-examples-run
  it('has examples that run: none is refused for its form', { timeout: 120_000 }, async () => {
    const tools = Object.entries(document.paths).flatMap(([path, { post, servers }]) =>
      post?.requestBody !== undefined && servers === undefined ? [{ path, post }] : [],
    );
    // What would end the session or the account comes last.
    const ends = (path: string) => Number(/end_session|delete_my_account|suspend/.test(path));
    tools.sort((a, b) => ends(a.path) - ends(b.path));
    const wrong: unknown[] = [];
    for (const { path, post } of tools) {
      const body = JSON.stringify(post.requestBody?.content['application/json']?.example);
      const response = await fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${person.access_token}` },
        body,
      });
      const answer = (await response.json()) as Problem;
      const [field] = answer.details?.fields ?? [];
      const ofForm =
        answer.reason === 'INVALID_ARGUMENT' && field !== undefined && !madeUp.test(field.message);
      if (post.responses[String(response.status)] === undefined || response.status >= 500 || ofForm) {
        wrong.push({ path, body, status: response.status, reason: answer.reason, detail: answer.detail });
      }
    }
    expect(wrong).toEqual([]);
    expect(tools.length).toBeGreaterThan(20);
  });

  it("names identity's endpoints where they are", async () => {
    const { servers, post } = document.paths['/auth/login'] ?? {};
    const issuer = servers?.[0]?.url ?? '';
    expect(post?.operationId).toBe('auth.login');
    const signedIn = await fetch(`${issuer}/auth/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ username: person.email, password: person.password }),
    });
    expect(await signedIn.json()).toMatchObject({ user_id: person.user_id });
    const { authorizationUrl, tokenUrl } = document.components.securitySchemes.oauth.flows.authorizationCode;
    const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
    expect(metadata).toMatchObject({ authorization_endpoint: authorizationUrl, token_endpoint: tokenUrl });
    for (const [path, item] of Object.entries(document.paths).filter(
      ([, { servers: own }]) => own !== undefined,
    )) {
      const url = `${issuer}${path.replace(/\{\w+\}/g, 'nobody')}`;
      const response = await fetch(url, { method: item.get ? 'GET' : 'POST', redirect: 'manual' });
      // Express' words for a path that nothing is at are `There is nothing at …`.
      expect(await response.text(), path).not.toContain('There is nothing at');
    }
  });
});
