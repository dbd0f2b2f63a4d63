/** What a client says of itself, as far as it is judged (RFC 7591, section 2). */
export interface ClientMetadata {
  client_name?: string | undefined;
  redirect_uris?: readonly string[] | undefined;
  grant_types?: readonly string[] | undefined;
  response_modes?: readonly string[] | undefined;
}

const MAX_NAME_LENGTH = 100;
const MAX_REDIRECT_URIS = 10;
const MAX_URI_LENGTH = 512;
const MAX_METADATA_LENGTH = 8_192;
const GRANT_TYPES = new Set(['authorization_code', 'refresh_token']);
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** @returns why a client that nobody here vouches for is not admitted; undefined when it is */
export function clientFlaw(
  metadata: ClientMetadata,
): { about: 'redirect_uri' | 'metadata'; text: string } | undefined {
  const flawed = (text: string) => ({ about: 'metadata' as const, text });
  const { client_name = '', redirect_uris = [], grant_types = [], response_modes = [] } = metadata;
  if (client_name.length > MAX_NAME_LENGTH)
    return flawed(`client_name is longer than ${MAX_NAME_LENGTH} characters`);
  // What turns text around or hides it could make one name look like another.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(client_name)) return flawed('client_name has invisible characters');
  if (JSON.stringify(metadata).length > MAX_METADATA_LENGTH) return flawed('the metadata are too large');
  const grantType = grant_types.find((type) => !GRANT_TYPES.has(type));
  if (grantType !== undefined)
    return flawed(`the grant type ${grantType} is not open to clients that register themselves`);
  if (response_modes.some((mode) => mode !== 'query')) return flawed('response_modes may name query only');
  if (redirect_uris.length === 0 || redirect_uris.length > MAX_REDIRECT_URIS) {
    return { about: 'redirect_uri', text: `between one and ${MAX_REDIRECT_URIS} redirect_uris are needed` };
  }
  const uri = redirect_uris.find((given) => !isAllowedRedirect(given));
  return uri === undefined
    ? undefined
    : {
        about: 'redirect_uri',
        text: 'redirect_uris must be https, http on a loopback address, or a private-use scheme',
      };
}

/**
 * RFC 8252: claimed https URIs (section 7.2), loopback (7.3), and private-use schemes, which "MUST" be "based on a domain
 * name under their control, expressed in reverse order" (7.1), so with a dot; a few well-known editors' have none.
 */
function isAllowedRedirect(text: string): boolean {
  if (text.length > MAX_URI_LENGTH || !URL.canParse(text)) return false;
  const { protocol, hostname, hash, username, password } = new URL(text);
  if (hash !== '' || username !== '' || password !== '') return false;
  if (protocol === 'https:') return !LOOPBACK.has(hostname);
  if (protocol === 'http:') return LOOPBACK.has(hostname);
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol) || EDITORS.has(protocol);
}

const EDITORS = new Set(['cursor:', 'vscode:', 'vscode-insiders:', 'windsurf:', 'zed:']);

/** Whether only the client itself can receive what is sent there. Any program may listen on a loopback port. */
export function isExclusiveRedirect(redirect_uri: string): boolean {
  return redirect_uri.startsWith('https://');
}

/** Where a person is sent back to, in words. */
export function redirectPlace(redirect_uri: string): string {
  const { protocol, hostname } = new URL(redirect_uri);
  if (protocol === 'https:') return hostname;
  if (protocol === 'http:') return 'a program on this computer';
  return `the app that opens ${protocol}`;
}

/** The source by which a page's policy allows that its form leads there (CSP `form-action`). */
export function redirectSource(redirect_uri: string): string {
  const { protocol, origin } = new URL(redirect_uri);
  return protocol === 'https:' || protocol === 'http:' ? origin : protocol;
}
