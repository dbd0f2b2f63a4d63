// Original file: florin/identity/v1/tokens.proto

import type { Long } from '@grpc/proto-loader';

export interface ExchangeResponse {
  'mesh_token'?: (string);
  'expires_at_s'?: (number | string | Long);
  'requests_per_minute'?: (number);
}

export interface ExchangeResponse__Output {
  'mesh_token': (string);
  'expires_at_s': (string);
  'requests_per_minute': (number);
}
