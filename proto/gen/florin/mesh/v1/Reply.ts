// Original file: florin/mesh/v1/capabilities.proto

import type { Result as _florin_mesh_v1_Result, Result__Output as _florin_mesh_v1_Result__Output } from '../../../florin/mesh/v1/Result.js';
import type { Failure as _florin_mesh_v1_Failure, Failure__Output as _florin_mesh_v1_Failure__Output } from '../../../florin/mesh/v1/Failure.js';
import type { Progress as _florin_mesh_v1_Progress, Progress__Output as _florin_mesh_v1_Progress__Output } from '../../../florin/mesh/v1/Progress.js';
import type { Credit as _florin_mesh_v1_Credit, Credit__Output as _florin_mesh_v1_Credit__Output } from '../../../florin/mesh/v1/Credit.js';
import type { Heartbeat as _florin_mesh_v1_Heartbeat, Heartbeat__Output as _florin_mesh_v1_Heartbeat__Output } from '../../../florin/mesh/v1/Heartbeat.js';
import type { Draining as _florin_mesh_v1_Draining, Draining__Output as _florin_mesh_v1_Draining__Output } from '../../../florin/mesh/v1/Draining.js';
import type { CatalogueChanged as _florin_mesh_v1_CatalogueChanged, CatalogueChanged__Output as _florin_mesh_v1_CatalogueChanged__Output } from '../../../florin/mesh/v1/CatalogueChanged.js';

export interface Reply {
  'call_id'?: (number);
  'result'?: (_florin_mesh_v1_Result | null);
  'failure'?: (_florin_mesh_v1_Failure | null);
  'progress'?: (_florin_mesh_v1_Progress | null);
  'credit'?: (_florin_mesh_v1_Credit | null);
  'heartbeat'?: (_florin_mesh_v1_Heartbeat | null);
  'draining'?: (_florin_mesh_v1_Draining | null);
  'catalogue_changed'?: (_florin_mesh_v1_CatalogueChanged | null);
  'frame'?: "result"|"failure"|"progress"|"credit"|"heartbeat"|"draining"|"catalogue_changed";
}

export interface Reply__Output {
  'call_id': (number);
  'result'?: (_florin_mesh_v1_Result__Output | null);
  'failure'?: (_florin_mesh_v1_Failure__Output | null);
  'progress'?: (_florin_mesh_v1_Progress__Output | null);
  'credit'?: (_florin_mesh_v1_Credit__Output | null);
  'heartbeat'?: (_florin_mesh_v1_Heartbeat__Output | null);
  'draining'?: (_florin_mesh_v1_Draining__Output | null);
  'catalogue_changed'?: (_florin_mesh_v1_CatalogueChanged__Output | null);
  'frame'?: "result"|"failure"|"progress"|"credit"|"heartbeat"|"draining"|"catalogue_changed";
}
