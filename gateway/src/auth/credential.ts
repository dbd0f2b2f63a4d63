/**
 * The bearer token of a request (RFC 6750, section 2.1), which is the only place where one is taken: in a URL it would end
 * up in logs.
 *
 * @returns undefined where there is none
 */
export function bearerCredential(authorization: string | undefined): string | undefined {
  return /^bearer +([\w.~+/-]{1,8192}=*) *$/i.exec(authorization ?? '')?.[1];
}
