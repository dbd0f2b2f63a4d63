import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Decision as _florin_fraud_v1_Decision, Decision__Output as _florin_fraud_v1_Decision__Output } from './florin/fraud/v1/Decision.js';
import type { GetDecisionRequest as _florin_fraud_v1_GetDecisionRequest, GetDecisionRequest__Output as _florin_fraud_v1_GetDecisionRequest__Output } from './florin/fraud/v1/GetDecisionRequest.js';
import type { GetDecisionResponse as _florin_fraud_v1_GetDecisionResponse, GetDecisionResponse__Output as _florin_fraud_v1_GetDecisionResponse__Output } from './florin/fraud/v1/GetDecisionResponse.js';
import type { Reason as _florin_fraud_v1_Reason, Reason__Output as _florin_fraud_v1_Reason__Output } from './florin/fraud/v1/Reason.js';
import type { ScreenRequest as _florin_fraud_v1_ScreenRequest, ScreenRequest__Output as _florin_fraud_v1_ScreenRequest__Output } from './florin/fraud/v1/ScreenRequest.js';
import type { ScreenResponse as _florin_fraud_v1_ScreenResponse, ScreenResponse__Output as _florin_fraud_v1_ScreenResponse__Output } from './florin/fraud/v1/ScreenResponse.js';
import type { ScreeningClient as _florin_fraud_v1_ScreeningClient, ScreeningDefinition as _florin_fraud_v1_ScreeningDefinition } from './florin/fraud/v1/Screening.js';
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
    fraud: {
      v1: {
        Decision: MessageTypeDefinition<_florin_fraud_v1_Decision, _florin_fraud_v1_Decision__Output>
        GetDecisionRequest: MessageTypeDefinition<_florin_fraud_v1_GetDecisionRequest, _florin_fraud_v1_GetDecisionRequest__Output>
        GetDecisionResponse: MessageTypeDefinition<_florin_fraud_v1_GetDecisionResponse, _florin_fraud_v1_GetDecisionResponse__Output>
        Reason: MessageTypeDefinition<_florin_fraud_v1_Reason, _florin_fraud_v1_Reason__Output>
        ScreenRequest: MessageTypeDefinition<_florin_fraud_v1_ScreenRequest, _florin_fraud_v1_ScreenRequest__Output>
        ScreenResponse: MessageTypeDefinition<_florin_fraud_v1_ScreenResponse, _florin_fraud_v1_ScreenResponse__Output>
        Screening: SubtypeConstructor<typeof grpc.Client, _florin_fraud_v1_ScreeningClient> & { service: _florin_fraud_v1_ScreeningDefinition }
        Verdict: EnumTypeDefinition
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

