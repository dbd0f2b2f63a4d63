import type { Mesh } from '@florin/local';
import type { Person } from './people.js';

type Fields = Record<string, string>;

/** A browser at identity, for paths and addresses there. */
export interface Browser {
  get(url: string): Promise<Response>;
  /** Sends the form of a page, with the token that the page holds against forgeries. */
  submit(page_url: string, fields: Fields, action?: string): Promise<Response>;
}

/** @param credential what it shows with every request */
export function browserWith(mesh: Mesh, credential: Fields): Browser {
  const at = (url: string) => new URL(url, mesh.url('identity'));
  const get = (url: string) => fetch(at(url), { headers: credential });
  return {
    get,
    async submit(page_url, fields, action = page_url) {
      const page = await get(page_url);
      const csrf = /name="csrf" value="([\w-]+)"/.exec(await page.text())?.[1] ?? '';
      return fetch(at(action), {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', ...credential },
        body: new URLSearchParams({ csrf, ...fields }),
        redirect: 'manual',
      });
    },
  };
}

/** The person's own, in which they are signed in: what no agent has. */
export async function signInBrowser(mesh: Mesh, { email: username, password }: Person): Promise<Browser> {
  const entered = await browserWith(mesh, {}).submit('/sign-in', { username, password });
  const session = entered.headers.getSetCookie().find((set) => set.startsWith('florin='));
  if (session === undefined) throw new Error(`${username} could not sign in: ${entered.status}`);
  return browserWith(mesh, { cookie: session.split(';')[0] ?? '' });
}
