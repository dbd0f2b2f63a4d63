import { z } from 'zod';
import { roles } from '../domain/roles.js';

const role = z.enum(roles);

/** Somebody who comes back from another identity provider, with what it vouches for. Kept, sealed, between two pages. */
export const arrival = z.strictObject({
  /** Who vouches: `oidc:<issuer>` or `saml:<entity id>`. */
  provider: z.string(),
  /** As people know it. */
  provider_title: z.string(),
  subject: z.string().min(1).max(1_024),
  email: z.string().optional(),
  email_verified: z.boolean(),
  full_name: z.string().optional(),
  authentication_methods: z.array(z.string()),
  provisions_accounts: z.boolean(),
  mapped_roles: z.strictObject({ managed: z.array(role), granted: z.array(role) }),
});

export type Arrival = z.infer<typeof arrival>;

const emailAddress = z.email({ pattern: z.regexes.unicodeEmail }).max(254);

/** The address as it was claimed; undefined for what is none. */
export function claimedEmail(claimed: unknown): string | undefined {
  const parsed = emailAddress.safeParse(claimed);
  return parsed.success ? parsed.data : undefined;
}

/** The name as it was claimed, where it is a single line of plain text. */
export function claimedName(claimed: unknown): string | undefined {
  if (typeof claimed !== 'string') return undefined;
  const name = claimed.trim();
  return name === '' || name.length > 200 || /\p{Cc}/u.test(name) ? undefined : name;
}

/**
 * RFC 8176: how the provider says that it knew the person, behind our own word for "somebody else knew them". Without
 * "mfa": here that says that the person showed a factor of ours, and opens approvals.
 */
export function claimedMethods(claimed: unknown): string[] {
  const methods = z
    .array(z.string().regex(/^[\w.-]{1,32}$/))
    .max(10)
    .safeParse(claimed);
  return ['fed', ...(methods.data ?? []).filter((method) => method !== 'mfa')];
}
