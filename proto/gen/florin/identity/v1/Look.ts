// Original file: florin/identity/v1/limits.proto


export interface Look {
  'agent_id'?: (string);
  'user_id'?: (string);
}

export interface Look__Output {
  'agent_id': (string);
  'user_id': (string);
}
