// Whether an address is one that people may be sent to after signing in. In a pattern, as http://127.0.0.1:*/*, a port
// of `*` is any port and `*` in the path is anything. Without such a list the stand-in would deliver codes and assertions
// wherever a link says.
export function isAllowed(address: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => pattern === address || matches(address, pattern));
}

function matches(address: string, pattern: string): boolean {
  const wanted = PATTERN.exec(pattern);
  if (!wanted || !URL.canParse(address)) return false;
  const [, scheme = '', host = '', port = '', path = ''] = wanted;
  const url = new URL(address);
  return (
    url.protocol === `${scheme}:` &&
    url.hostname === host &&
    (port === '*' || url.port === port) &&
    url.username === '' &&
    url.hash === '' &&
    new RegExp(`^${path.split('*').map(escapeForRegExp).join('.*')}$`).test(url.pathname)
  );
}

/** `scheme://host:port/path`, the port and the path with asterisks. Also what a pattern must look like to be accepted. */
export const PATTERN = /^(https?):\/\/([a-z0-9.-]+)(?::(\d+|\*))?(\/[^?#\s]*)$/;

function escapeForRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
