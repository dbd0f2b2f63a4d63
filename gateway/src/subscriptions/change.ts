/** A list that a client may be told of. */
export const listKinds = ['tools', 'resources', 'prompts'] as const;
export type ListKind = (typeof listKinds)[number];

/** What has changed, as one client is told of it. */
export type Change = { kind: 'resource'; uri: string } | { kind: 'list'; list: ListKind };

/** The notification of MCP, equal in all revisions. */
export function toNotification(change: Change): { method: string; params: Record<string, unknown> } {
  return change.kind === 'resource'
    ? { method: 'notifications/resources/updated', params: { uri: change.uri } }
    : { method: `notifications/${change.list}/list_changed`, params: {} };
}
