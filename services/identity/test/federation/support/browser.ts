const MAX_REDIRECTS = 10;

export interface Visit {
  status: number;
  url: string;
  text: string;
  /** Where a redirect that was not followed leads. */
  location: string | undefined;
}

/** Keeps cookies by name, as a browser does on one machine (cookies know no ports), and follows redirects until told not to. */
export class Browser {
  readonly cookies = new Map<string, string>();

  /** @param until a part of the address at which to stop before going there */
  async get(url: string, until?: string): Promise<Visit> {
    return this.#go(url, { method: 'GET' }, until);
  }

  /** Sends a form as its own page would. */
  async post(url: string, form: Record<string, string>, until?: string): Promise<Visit> {
    const { origin } = new URL(url);
    const headers = { origin, 'sec-fetch-site': 'same-origin' };
    return this.#go(url, { method: 'POST', body: new URLSearchParams(form), headers }, until);
  }

  /** Sends a form as another site's page would: cookies with SameSite=Lax stay behind, and come with the GET that follows. */
  async postFromElsewhere(url: string, form: Record<string, string>, until?: string): Promise<Visit> {
    const headers = { origin: 'https://idp.example', 'sec-fetch-site': 'cross-site' };
    const body = new URLSearchParams(form);
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
    return this.#read(url, response, until, MAX_REDIRECTS);
  }

  async #go(url: string, init: RequestInit, until?: string, left = MAX_REDIRECTS): Promise<Visit> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    return this.#read(url, response, until, left);
  }

  async #read(url: string, response: Response, until: string | undefined, left: number): Promise<Visit> {
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    const next = location === null ? undefined : new URL(location, url).href;
    const text = await response.text();
    if (next === undefined || left === 0 || (until !== undefined && next.includes(until))) {
      return { status: response.status, url, text, location: next };
    }
    return this.#go(next, { method: 'GET' }, until, left - 1);
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const expired = attributes.some((attribute) => /^expires=thu, 01 jan 1970/i.test(attribute));
    if (value === '' || expired) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
