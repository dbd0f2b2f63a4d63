// Original file: florin/identity/v1/tokens.proto

import type { Long } from '@grpc/proto-loader';

export interface Revocation {
  'id'?: (string);
  'changed_at_ms'?: (number | string | Long);
}

export interface Revocation__Output {
  'id': (string);
  'changed_at_ms': (string);
}
