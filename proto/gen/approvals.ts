import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Approval as _florin_identity_v1_Approval, Approval__Output as _florin_identity_v1_Approval__Output } from './florin/identity/v1/Approval.js';
import type { ApprovalBinding as _florin_identity_v1_ApprovalBinding, ApprovalBinding__Output as _florin_identity_v1_ApprovalBinding__Output } from './florin/identity/v1/ApprovalBinding.js';
import type { ApprovalsClient as _florin_identity_v1_ApprovalsClient, ApprovalsDefinition as _florin_identity_v1_ApprovalsDefinition } from './florin/identity/v1/Approvals.js';
import type { ConsumeRequest as _florin_identity_v1_ConsumeRequest, ConsumeRequest__Output as _florin_identity_v1_ConsumeRequest__Output } from './florin/identity/v1/ConsumeRequest.js';
import type { ConsumeResponse as _florin_identity_v1_ConsumeResponse, ConsumeResponse__Output as _florin_identity_v1_ConsumeResponse__Output } from './florin/identity/v1/ConsumeResponse.js';
import type { RequestRequest as _florin_identity_v1_RequestRequest, RequestRequest__Output as _florin_identity_v1_RequestRequest__Output } from './florin/identity/v1/RequestRequest.js';
import type { RequestResponse as _florin_identity_v1_RequestResponse, RequestResponse__Output as _florin_identity_v1_RequestResponse__Output } from './florin/identity/v1/RequestResponse.js';
import type { SummaryLine as _florin_identity_v1_SummaryLine, SummaryLine__Output as _florin_identity_v1_SummaryLine__Output } from './florin/identity/v1/SummaryLine.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  florin: {
    identity: {
      v1: {
        Approval: MessageTypeDefinition<_florin_identity_v1_Approval, _florin_identity_v1_Approval__Output>
        ApprovalBinding: MessageTypeDefinition<_florin_identity_v1_ApprovalBinding, _florin_identity_v1_ApprovalBinding__Output>
        Approvals: SubtypeConstructor<typeof grpc.Client, _florin_identity_v1_ApprovalsClient> & { service: _florin_identity_v1_ApprovalsDefinition }
        ConsumeRequest: MessageTypeDefinition<_florin_identity_v1_ConsumeRequest, _florin_identity_v1_ConsumeRequest__Output>
        ConsumeResponse: MessageTypeDefinition<_florin_identity_v1_ConsumeResponse, _florin_identity_v1_ConsumeResponse__Output>
        RequestRequest: MessageTypeDefinition<_florin_identity_v1_RequestRequest, _florin_identity_v1_RequestRequest__Output>
        RequestResponse: MessageTypeDefinition<_florin_identity_v1_RequestResponse, _florin_identity_v1_RequestResponse__Output>
        SummaryLine: MessageTypeDefinition<_florin_identity_v1_SummaryLine, _florin_identity_v1_SummaryLine__Output>
      }
    }
  }
}

