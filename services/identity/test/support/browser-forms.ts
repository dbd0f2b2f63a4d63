/** A browser without a screen: keeps cookies, sends forms from their own origin, follows no redirect. */
export interface FormBrowser {
  get(path: string): Promise<{ status: number; location: string | null; page: string }>;
  post(
    path: string,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; location: string | null; page: string }>;
  cookie(name: string): string | undefined;
}

export function formBrowser(origin: string): FormBrowser {
  const cookies = new Map<string, string>();
  async function send(path: string, init: RequestInit) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, origin), {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...(cookie && { cookie }),
        ...(init.headers as Record<string, string>),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    const page = await response.text();
    return { status: response.status, location: response.headers.get('location'), page };
  }
  return {
    get: (path) => send(path, {}),
    post: (path, fields, headers = { 'sec-fetch-site': 'same-origin' }) =>
      send(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    cookie: (name) => cookies.get(name),
  };
}

/** The value of a hidden field, or any other, of a page. */
export function fieldOf(page: string, name: string): string {
  return new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page)?.[1] ?? '';
}
