import { describe, expect, it } from 'vitest';
import { createChallenges, protectedResourceMetadata } from '../../src/auth/challenge.js';
import { bearerCredential } from '../../src/auth/credential.js';

const challenges = createChallenges('https://florin.example');

describe('a challenge', () => {
  it('lets no scope out of its quotes', () => {
    const challenge = challenges.insufficientScope(['a:read', 'x", error="none', 'b:write']);
    expect(challenge).toContain('scope="a:read b:write"');
  });

  it('names the metadata of the resource below the well-known path', () => {
    expect(challenges.signIn()).toBe(
      'Bearer resource_metadata="https://florin.example/.well-known/oauth-protected-resource/mcp"',
    );
    const metadata = protectedResourceMetadata('https://florin.example', 'https://id.example');
    expect(metadata.resource).toBe('https://florin.example/mcp');
  });
});

describe('a bearer credential', () => {
  it.each([
    ['Bearer abc.def-_~+/==', 'abc.def-_~+/=='],
    ['bearer  abc', 'abc'],
  ])('is read from %s', (header, credential) => {
    expect(bearerCredential(header)).toBe(credential);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'Bearer a b',
    'Bearer a,b',
    `Bearer ${'x'.repeat(9_000)}`,
  ])('is not found in %s', (header) => {
    expect(bearerCredential(header)).toBeUndefined();
  });
});
