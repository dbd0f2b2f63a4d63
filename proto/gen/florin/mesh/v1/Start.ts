// Original file: florin/mesh/v1/capabilities.proto

import type { CallKind as _florin_mesh_v1_CallKind, CallKind__Output as _florin_mesh_v1_CallKind__Output } from '../../../florin/mesh/v1/CallKind.js';

export interface Start {
  'kind'?: (_florin_mesh_v1_CallKind);
  'name'?: (string);
  'arguments_json'?: (Buffer | Uint8Array | string);
  'timeout_ms'?: (number);
  'mesh_token'?: (string);
  'request_id'?: (string);
  'traceparent'?: (string);
  'wants_progress'?: (boolean);
}

export interface Start__Output {
  'kind': (_florin_mesh_v1_CallKind__Output);
  'name': (string);
  'arguments_json': (Buffer);
  'timeout_ms': (number);
  'mesh_token': (string);
  'request_id': (string);
  'traceparent': (string);
  'wants_progress': (boolean);
}
