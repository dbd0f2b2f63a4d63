import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Commit as _florin_identity_v1_Commit, Commit__Output as _florin_identity_v1_Commit__Output } from './florin/identity/v1/Commit.js';
import type { Done as _florin_identity_v1_Done, Done__Output as _florin_identity_v1_Done__Output } from './florin/identity/v1/Done.js';
import type { Exceeded as _florin_identity_v1_Exceeded, Exceeded__Output as _florin_identity_v1_Exceeded__Output } from './florin/identity/v1/Exceeded.js';
import type { Left as _florin_identity_v1_Left, Left__Output as _florin_identity_v1_Left__Output } from './florin/identity/v1/Left.js';
import type { LimitsClient as _florin_identity_v1_LimitsClient, LimitsDefinition as _florin_identity_v1_LimitsDefinition } from './florin/identity/v1/Limits.js';
import type { Look as _florin_identity_v1_Look, Look__Output as _florin_identity_v1_Look__Output } from './florin/identity/v1/Look.js';
import type { Release as _florin_identity_v1_Release, Release__Output as _florin_identity_v1_Release__Output } from './florin/identity/v1/Release.js';
import type { Reserve as _florin_identity_v1_Reserve, Reserve__Output as _florin_identity_v1_Reserve__Output } from './florin/identity/v1/Reserve.js';
import type { SpendRequest as _florin_identity_v1_SpendRequest, SpendRequest__Output as _florin_identity_v1_SpendRequest__Output } from './florin/identity/v1/SpendRequest.js';
import type { SpendResponse as _florin_identity_v1_SpendResponse, SpendResponse__Output as _florin_identity_v1_SpendResponse__Output } from './florin/identity/v1/SpendResponse.js';
import type { Call as _florin_mesh_v1_Call, Call__Output as _florin_mesh_v1_Call__Output } from './florin/mesh/v1/Call.js';
import type { Cancel as _florin_mesh_v1_Cancel, Cancel__Output as _florin_mesh_v1_Cancel__Output } from './florin/mesh/v1/Cancel.js';
import type { CapabilitiesClient as _florin_mesh_v1_CapabilitiesClient, CapabilitiesDefinition as _florin_mesh_v1_CapabilitiesDefinition } from './florin/mesh/v1/Capabilities.js';
import type { CatalogueChanged as _florin_mesh_v1_CatalogueChanged, CatalogueChanged__Output as _florin_mesh_v1_CatalogueChanged__Output } from './florin/mesh/v1/CatalogueChanged.js';
import type { Credit as _florin_mesh_v1_Credit, Credit__Output as _florin_mesh_v1_Credit__Output } from './florin/mesh/v1/Credit.js';
import type { DescribeRequest as _florin_mesh_v1_DescribeRequest, DescribeRequest__Output as _florin_mesh_v1_DescribeRequest__Output } from './florin/mesh/v1/DescribeRequest.js';
import type { DescribeResponse as _florin_mesh_v1_DescribeResponse, DescribeResponse__Output as _florin_mesh_v1_DescribeResponse__Output } from './florin/mesh/v1/DescribeResponse.js';
import type { Draining as _florin_mesh_v1_Draining, Draining__Output as _florin_mesh_v1_Draining__Output } from './florin/mesh/v1/Draining.js';
import type { Failure as _florin_mesh_v1_Failure, Failure__Output as _florin_mesh_v1_Failure__Output } from './florin/mesh/v1/Failure.js';
import type { Heartbeat as _florin_mesh_v1_Heartbeat, Heartbeat__Output as _florin_mesh_v1_Heartbeat__Output } from './florin/mesh/v1/Heartbeat.js';
import type { Progress as _florin_mesh_v1_Progress, Progress__Output as _florin_mesh_v1_Progress__Output } from './florin/mesh/v1/Progress.js';
import type { Reply as _florin_mesh_v1_Reply, Reply__Output as _florin_mesh_v1_Reply__Output } from './florin/mesh/v1/Reply.js';
import type { Result as _florin_mesh_v1_Result, Result__Output as _florin_mesh_v1_Result__Output } from './florin/mesh/v1/Result.js';
import type { Start as _florin_mesh_v1_Start, Start__Output as _florin_mesh_v1_Start__Output } from './florin/mesh/v1/Start.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  florin: {
    identity: {
      v1: {
        Commit: MessageTypeDefinition<_florin_identity_v1_Commit, _florin_identity_v1_Commit__Output>
        Done: MessageTypeDefinition<_florin_identity_v1_Done, _florin_identity_v1_Done__Output>
        Exceeded: MessageTypeDefinition<_florin_identity_v1_Exceeded, _florin_identity_v1_Exceeded__Output>
        Left: MessageTypeDefinition<_florin_identity_v1_Left, _florin_identity_v1_Left__Output>
        Limits: SubtypeConstructor<typeof grpc.Client, _florin_identity_v1_LimitsClient> & { service: _florin_identity_v1_LimitsDefinition }
        Look: MessageTypeDefinition<_florin_identity_v1_Look, _florin_identity_v1_Look__Output>
        Release: MessageTypeDefinition<_florin_identity_v1_Release, _florin_identity_v1_Release__Output>
        Reserve: MessageTypeDefinition<_florin_identity_v1_Reserve, _florin_identity_v1_Reserve__Output>
        SpendRequest: MessageTypeDefinition<_florin_identity_v1_SpendRequest, _florin_identity_v1_SpendRequest__Output>
        SpendResponse: MessageTypeDefinition<_florin_identity_v1_SpendResponse, _florin_identity_v1_SpendResponse__Output>
      }
    }
    mesh: {
      v1: {
        Call: MessageTypeDefinition<_florin_mesh_v1_Call, _florin_mesh_v1_Call__Output>
        CallKind: EnumTypeDefinition
        Cancel: MessageTypeDefinition<_florin_mesh_v1_Cancel, _florin_mesh_v1_Cancel__Output>
        Capabilities: SubtypeConstructor<typeof grpc.Client, _florin_mesh_v1_CapabilitiesClient> & { service: _florin_mesh_v1_CapabilitiesDefinition }
        CatalogueChanged: MessageTypeDefinition<_florin_mesh_v1_CatalogueChanged, _florin_mesh_v1_CatalogueChanged__Output>
        Credit: MessageTypeDefinition<_florin_mesh_v1_Credit, _florin_mesh_v1_Credit__Output>
        DescribeRequest: MessageTypeDefinition<_florin_mesh_v1_DescribeRequest, _florin_mesh_v1_DescribeRequest__Output>
        DescribeResponse: MessageTypeDefinition<_florin_mesh_v1_DescribeResponse, _florin_mesh_v1_DescribeResponse__Output>
        Draining: MessageTypeDefinition<_florin_mesh_v1_Draining, _florin_mesh_v1_Draining__Output>
        Failure: MessageTypeDefinition<_florin_mesh_v1_Failure, _florin_mesh_v1_Failure__Output>
        Heartbeat: MessageTypeDefinition<_florin_mesh_v1_Heartbeat, _florin_mesh_v1_Heartbeat__Output>
        Progress: MessageTypeDefinition<_florin_mesh_v1_Progress, _florin_mesh_v1_Progress__Output>
        Reply: MessageTypeDefinition<_florin_mesh_v1_Reply, _florin_mesh_v1_Reply__Output>
        Result: MessageTypeDefinition<_florin_mesh_v1_Result, _florin_mesh_v1_Result__Output>
        Start: MessageTypeDefinition<_florin_mesh_v1_Start, _florin_mesh_v1_Start__Output>
      }
    }
  }
}

