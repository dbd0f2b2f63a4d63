// Original file: florin/identity/v1/approvals.proto


export interface ApprovalBinding {
  'client_id'?: (string);
  'operation'?: (string);
  'arguments_hash'?: (string);
}

export interface ApprovalBinding__Output {
  'client_id': (string);
  'operation': (string);
  'arguments_hash': (string);
}
