// Original file: florin/identity/v1/approvals.proto


export interface Approval {
  'approval_id'?: (string);
  'approval_url'?: (string);
  'expires_at'?: (string);
}

export interface Approval__Output {
  'approval_id': (string);
  'approval_url': (string);
  'expires_at': (string);
}
