// Original file: florin/identity/v1/people.proto


export interface FindByEmailRequest {
  'email'?: (string);
}

export interface FindByEmailRequest__Output {
  'email': (string);
}
