// Original file: florin/mesh/v1/capabilities.proto

import type { Start as _florin_mesh_v1_Start, Start__Output as _florin_mesh_v1_Start__Output } from '../../../florin/mesh/v1/Start.js';
import type { Cancel as _florin_mesh_v1_Cancel, Cancel__Output as _florin_mesh_v1_Cancel__Output } from '../../../florin/mesh/v1/Cancel.js';
import type { Heartbeat as _florin_mesh_v1_Heartbeat, Heartbeat__Output as _florin_mesh_v1_Heartbeat__Output } from '../../../florin/mesh/v1/Heartbeat.js';

export interface Call {
  'call_id'?: (number);
  'start'?: (_florin_mesh_v1_Start | null);
  'cancel'?: (_florin_mesh_v1_Cancel | null);
  'heartbeat'?: (_florin_mesh_v1_Heartbeat | null);
  'frame'?: "start"|"cancel"|"heartbeat";
}

export interface Call__Output {
  'call_id': (number);
  'start'?: (_florin_mesh_v1_Start__Output | null);
  'cancel'?: (_florin_mesh_v1_Cancel__Output | null);
  'heartbeat'?: (_florin_mesh_v1_Heartbeat__Output | null);
  'frame'?: "start"|"cancel"|"heartbeat";
}
