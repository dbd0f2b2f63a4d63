import { createHash } from 'node:crypto';

/** Something made of the catalogue, and its validator (RFC 9110, section 8.8.3). */
export interface Prebuilt<Made> {
  made: Made;
  text: string;
  etag: string;
}

/**
 * Makes something once for each catalogue: it is a different object whenever anything in it changed.
 *
 * @param write its text, as it is sent
 */
export function prebuild<Catalogue extends object, Made>(
  make: (catalogue: Catalogue) => Made,
  write: (made: Made) => string,
): (catalogue: Catalogue) => Prebuilt<Made> {
  const kept = new WeakMap<Catalogue, Prebuilt<Made>>();
  return (catalogue) => {
    const known = kept.get(catalogue);
    if (known !== undefined) return known;
    const made = make(catalogue);
    const text = write(made);
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    const built = { made, text, etag: `"${hash}"` };
    kept.set(catalogue, built);
    return built;
  };
}
