import { allScopes, isScope } from '@florin/chassis';
import { describe, expect, it } from 'vitest';
import { effectiveScopes, roles, scopesOf } from '../../src/domain/roles.js';

describe('roles', () => {
  it('open every scope there is between them, and no other', () => {
    const opened = scopesOf(roles);
    expect(opened.filter((scope) => !isScope(scope))).toEqual([]);
    expect([...opened].sort()).toEqual([...allScopes].sort());
  });

  it('give a user nothing that others decide about', () => {
    const opened = scopesOf(['user']);
    for (const scope of ['admin', 'fraud:review', 'keys:manage'] as const)
      expect(opened).not.toContain(scope);
  });

  it('give each scope once, in one order, however the roles are ordered', () => {
    expect(scopesOf(['analyst', 'user'])).toEqual(scopesOf(['user', 'analyst']));
    expect(new Set(scopesOf(roles)).size).toBe(scopesOf(roles).length);
  });
});

describe('effective scopes', () => {
  it('shrink with the roles of the owner', () => {
    expect(effectiveScopes(['profile:read', 'admin'], ['user'])).toEqual(['profile:read']);
  });

  it('do not grow with the roles of the owner', () => {
    expect(effectiveScopes(['profile:read'], ['user', 'admin'])).toEqual(['profile:read']);
  });
});
