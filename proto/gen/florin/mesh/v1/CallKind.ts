// Original file: florin/mesh/v1/capabilities.proto

export const CallKind = {
  CALL_KIND_UNSPECIFIED: 'CALL_KIND_UNSPECIFIED',
  CALL_KIND_TOOL: 'CALL_KIND_TOOL',
  CALL_KIND_RESOURCE: 'CALL_KIND_RESOURCE',
  CALL_KIND_PROMPT: 'CALL_KIND_PROMPT',
  CALL_KIND_COMPLETION: 'CALL_KIND_COMPLETION',
} as const;

export type CallKind =
  | 'CALL_KIND_UNSPECIFIED'
  | 0
  | 'CALL_KIND_TOOL'
  | 1
  | 'CALL_KIND_RESOURCE'
  | 2
  | 'CALL_KIND_PROMPT'
  | 3
  | 'CALL_KIND_COMPLETION'
  | 4

export type CallKind__Output = typeof CallKind[keyof typeof CallKind]
