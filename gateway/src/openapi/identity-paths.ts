import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import { exampleOf } from './example.js';
import { problemsExcept } from './problems.js';
import { securityOf } from './security.js';
import type { Operation, Parameter, PathItem } from './types.js';

interface Endpoint {
  path: string;
  method: 'get' | 'post';
  id: string;
  summary: string;
  description: string;
  /** It is the operation of this name, and served where that is. */
  tool?: string;
  /** The status of success, and what it says. */
  success: [status: number, description: string];
  signedIn?: boolean;
  sends?: 'arguments' | 'form';
  parameters?: readonly string[];
}

const choice = 'Opened in a browser.';

/** What identity serves over HTTP for those who sign people in: at its own host. */
const endpoints: readonly Endpoint[] = [
  {
    path: '/auth/register',
    method: 'post',
    id: 'auth.register',
    summary: 'Register',
    description: 'The operation register_user.',
    tool: 'register_user',
    sends: 'arguments',
    success: [201, 'Registered.'],
  },
  {
    path: '/auth/login',
    method: 'post',
    id: 'auth.login',
    summary: 'Sign in with a password',
    description: 'The operation authenticate_user.',
    tool: 'authenticate_user',
    sends: 'arguments',
    success: [200, 'Signed in, or a second factor is asked for.'],
  },
  {
    path: '/auth/refresh',
    method: 'post',
    id: 'auth.refresh',
    summary: 'Get the next token',
    description: 'The operation refresh_token.',
    tool: 'refresh_token',
    sends: 'arguments',
    success: [200, 'The next tokens.'],
  },
  {
    path: '/auth/logout',
    method: 'post',
    id: 'auth.logout',
    summary: 'Sign out',
    description: 'Ends the session that the token stands for.',
    signedIn: true,
    success: [204, 'The session has ended.'],
  },
  {
    path: '/users/me',
    method: 'get',
    id: 'users.me',
    summary: 'Your profile',
    description: 'What the resource users://me/profile shows.',
    signedIn: true,
    success: [200, 'The profile.'],
  },
  {
    path: '/auth/oauth/{provider}/start',
    method: 'get',
    id: 'auth.oauth.start',
    summary: "Sign in with a company's OpenID provider",
    description: choice,
    parameters: ['provider'],
    success: [303, 'To the provider.'],
  },
  {
    path: '/auth/oauth/{provider}/callback',
    method: 'get',
    id: 'auth.oauth.callback',
    summary: 'Come back from an OpenID provider',
    description: choice,
    parameters: ['provider'],
    success: [303, 'Signed in, or to what is missing.'],
  },
  {
    path: '/auth/saml/{connection}/start',
    method: 'get',
    id: 'auth.saml.start',
    summary: "Sign in with a company's SAML provider",
    description: choice,
    parameters: ['connection'],
    success: [303, 'To the provider.'],
  },
  {
    path: '/auth/saml/{connection}/acs',
    method: 'post',
    id: 'auth.saml.acs',
    summary: 'Come back from a SAML provider',
    description: 'Takes the assertion, by HTTP POST binding.',
    parameters: ['connection'],
    sends: 'form',
    success: [303, 'Signed in, or to what is missing.'],
  },
  {
    path: '/auth/saml/{connection}/metadata',
    method: 'get',
    id: 'auth.saml.metadata',
    summary: 'The SAML metadata of Florin',
    description: 'What a provider is configured with.',
    parameters: ['connection'],
    success: [200, 'An EntityDescriptor.'],
  },
];

/**
 * The path items of identity.
 *
 * @param issuer where identity is, without a slash at its end
 */
export function identityPaths(catalogue: MergedCatalogue, issuer: string): Record<string, PathItem> {
  const served = endpoints.filter(({ tool }) => tool === undefined || catalogue.tool(tool) !== undefined);
  return Object.fromEntries(
    served.map((endpoint) => [
      endpoint.path,
      { servers: [{ url: issuer }], [endpoint.method]: operationOf(endpoint, catalogue) },
    ]),
  );
}

function operationOf(endpoint: Endpoint, catalogue: MergedCatalogue): Operation {
  const { id, summary, description, tool: name, signedIn, sends, parameters } = endpoint;
  const tool = name === undefined ? undefined : catalogue.tool(name)?.tool;
  const [status, told] = endpoint.success;
  return {
    operationId: id,
    tags: ['sign-in'],
    summary,
    description,
    security: signedIn === true ? securityOf([]) : [],
    ...(parameters && { parameters: parameters.map(pathParameter) }),
    ...(sends === 'arguments' && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: tool?.inputSchema ?? {}, example: exampleOf(tool?.inputSchema) },
        },
      },
    }),
    ...(sends === 'form' && {
      requestBody: {
        required: true,
        content: { 'application/x-www-form-urlencoded': { schema: samlResponse } },
      },
    }),
    responses: {
      [status]: {
        description: told,
        ...(tool?.outputSchema && { content: { 'application/json': { schema: tool.outputSchema } } }),
        ...(id === 'users.me' && { content: { 'application/json': { schema: { type: 'object' } } } }),
        ...(id === 'auth.saml.metadata' && { content: { 'application/xml': {} } }),
      },
      ...problemsExcept(405, 415, 422),
    },
  };
}

const samlResponse = {
  type: 'object',
  properties: { SAMLResponse: { type: 'string' }, RelayState: { type: 'string' } },
  required: ['SAMLResponse'],
};

function pathParameter(name: string): Parameter {
  return {
    name,
    in: 'path',
    required: true,
    description: 'As it is configured.',
    schema: { type: 'string' },
  };
}
