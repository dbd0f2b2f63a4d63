// Original file: florin/identity/v1/people.proto


export interface FindByEmailResponse {
  'user_id'?: (string);
}

export interface FindByEmailResponse__Output {
  'user_id': (string);
}
