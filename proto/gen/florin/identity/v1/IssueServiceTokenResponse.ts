// Original file: florin/identity/v1/tokens.proto

import type { Long } from '@grpc/proto-loader';

export interface IssueServiceTokenResponse {
  'mesh_token'?: (string);
  'expires_at_s'?: (number | string | Long);
}

export interface IssueServiceTokenResponse__Output {
  'mesh_token': (string);
  'expires_at_s': (string);
}
