// Original file: florin/identity/v1/limits.proto

import type { Done as _florin_identity_v1_Done, Done__Output as _florin_identity_v1_Done__Output } from '../../../florin/identity/v1/Done.js';
import type { Exceeded as _florin_identity_v1_Exceeded, Exceeded__Output as _florin_identity_v1_Exceeded__Output } from '../../../florin/identity/v1/Exceeded.js';
import type { Failure as _florin_mesh_v1_Failure, Failure__Output as _florin_mesh_v1_Failure__Output } from '../../../florin/mesh/v1/Failure.js';
import type { Left as _florin_identity_v1_Left, Left__Output as _florin_identity_v1_Left__Output } from '../../../florin/identity/v1/Left.js';

export interface SpendResponse {
  'request_id'?: (number);
  'done'?: (_florin_identity_v1_Done | null);
  'exceeded'?: (_florin_identity_v1_Exceeded | null);
  'failure'?: (_florin_mesh_v1_Failure | null);
  'left'?: (_florin_identity_v1_Left | null);
  'outcome'?: "done"|"exceeded"|"failure"|"left";
}

export interface SpendResponse__Output {
  'request_id': (number);
  'done'?: (_florin_identity_v1_Done__Output | null);
  'exceeded'?: (_florin_identity_v1_Exceeded__Output | null);
  'failure'?: (_florin_mesh_v1_Failure__Output | null);
  'left'?: (_florin_identity_v1_Left__Output | null);
  'outcome'?: "done"|"exceeded"|"failure"|"left";
}
