import type { Response } from 'express';
import { expect, it } from 'vitest';
import { createBrowserBinding } from '../../src/federation/browser-binding.js';

function cookieAt(issuer: string) {
  let set: [string, string, object] | undefined;
  const response = {
    cookie(name: string, value: string, options: object) {
      set = [name, value, options];
    },
  } as unknown as Response;
  const bound = createBrowserBinding(issuer).bind(response);
  return { bound, name: set?.[0], value: set?.[1] ?? '', options: set?.[2] };
}

it('over https the cookie goes nowhere else, no neighbour can plant it, and no script reads it', () => {
  const { name, options } = cookieAt('https://identity.example');
  expect(name).toBe('__Host-florin-elsewhere');
  expect(options).toEqual({ httpOnly: true, sameSite: 'lax', secure: true, path: '/', maxAge: 600_000 });
});

it('on local http it is the same but for what needs TLS', () => {
  const { name, options } = cookieAt('http://127.0.0.1:8081');
  expect(name).toBe('florin-elsewhere');
  expect(options).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: false });
});

it('each sign-in marks the browser anew, and what is kept is not the cookie', () => {
  const [one, two] = [cookieAt('http://127.0.0.1'), cookieAt('http://127.0.0.1')];
  expect(one?.value).not.toBe(two?.value);
  expect(one?.bound).toMatch(/^[0-9a-f]{64}$/);
  expect(one?.bound).not.toContain(one?.value);
});
