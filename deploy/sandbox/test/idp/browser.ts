/** As much of a browser as a sign-in needs: cookies by name, forms, and redirects that stay at one origin. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Follows redirects as long as they stay at the origin of `url`. */
  async get(url: string): Promise<Page> {
    return this.#follow(url, await this.#send(url, {}));
  }

  /** Sends the form of a page that has `choice`, with its hidden fields. */
  async submit(page: Page, choice: Record<string, string>): Promise<Page> {
    const form = page.forms.find(({ text }) =>
      Object.keys(choice).every((name) => text.includes(`"${name}"`)),
    );
    if (!form) throw new Error(`no form for ${Object.keys(choice).join(', ')} in: ${page.text}`);
    const url = new URL(form.action, page.url).href;
    const body = new URLSearchParams({ ...form.hidden, ...choice });
    return this.#follow(url, await this.#send(url, { method: 'POST', body }));
  }

  cookieNames(): string[] {
    return [...this.#cookies.keys()];
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/);
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  async #follow(from: string, first: Response): Promise<Page> {
    let [url, response] = [from, first];
    for (let hop = 0; hop < 10; hop++) {
      const location = response.headers.get('location');
      if (location === null) return pageOf(url, response, await response.text());
      const next = new URL(location, url);
      if (next.origin !== new URL(from).origin) return pageOf(next.href, response, '');
      url = next.href;
      response = await this.#send(url, {});
    }
    throw new Error(`redirects without end at ${url}`);
  }
}

export interface Page {
  /** Where the browser is: for a redirect to another origin, where it would be. */
  url: string;
  status: number;
  headers: Headers;
  text: string;
  forms: { action: string; hidden: Record<string, string>; text: string }[];
}

function pageOf(url: string, { status, headers }: Response, text: string): Page {
  const forms = [...text.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)].map(
    ([, action = '', inside = '']) => ({
      action: plain(action),
      hidden: Object.fromEntries(
        [...inside.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
          ([, name = '', value = '']) => [name, plain(value)],
        ),
      ),
      text: inside,
    }),
  );
  return { url, status, headers, text, forms };
}

function plain(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
