import { isScope, type SummaryLine, scopes } from '@florin/chassis';

/** Permissions in the words in which a person is asked to agree to them. */
export function scopeLines(permissions: readonly string[]): SummaryLine[] {
  return permissions.filter(isScope).map((scope) => ({ label: 'It may', text: scopes[scope] }));
}
