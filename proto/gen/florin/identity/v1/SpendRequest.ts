// Original file: florin/identity/v1/limits.proto

import type { Reserve as _florin_identity_v1_Reserve, Reserve__Output as _florin_identity_v1_Reserve__Output } from '../../../florin/identity/v1/Reserve.js';
import type { Commit as _florin_identity_v1_Commit, Commit__Output as _florin_identity_v1_Commit__Output } from '../../../florin/identity/v1/Commit.js';
import type { Release as _florin_identity_v1_Release, Release__Output as _florin_identity_v1_Release__Output } from '../../../florin/identity/v1/Release.js';
import type { Look as _florin_identity_v1_Look, Look__Output as _florin_identity_v1_Look__Output } from '../../../florin/identity/v1/Look.js';

export interface SpendRequest {
  'request_id'?: (number);
  'service_token'?: (string);
  'reserve'?: (_florin_identity_v1_Reserve | null);
  'commit'?: (_florin_identity_v1_Commit | null);
  'release'?: (_florin_identity_v1_Release | null);
  'look'?: (_florin_identity_v1_Look | null);
  'action'?: "reserve"|"commit"|"release"|"look";
}

export interface SpendRequest__Output {
  'request_id': (number);
  'service_token': (string);
  'reserve'?: (_florin_identity_v1_Reserve__Output | null);
  'commit'?: (_florin_identity_v1_Commit__Output | null);
  'release'?: (_florin_identity_v1_Release__Output | null);
  'look'?: (_florin_identity_v1_Look__Output | null);
  'action'?: "reserve"|"commit"|"release"|"look";
}
