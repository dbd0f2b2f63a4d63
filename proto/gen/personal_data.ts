import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ExportRequest as _florin_privacy_v1_ExportRequest, ExportRequest__Output as _florin_privacy_v1_ExportRequest__Output } from './florin/privacy/v1/ExportRequest.js';
import type { ExportResponse as _florin_privacy_v1_ExportResponse, ExportResponse__Output as _florin_privacy_v1_ExportResponse__Output } from './florin/privacy/v1/ExportResponse.js';
import type { PersonalDataClient as _florin_privacy_v1_PersonalDataClient, PersonalDataDefinition as _florin_privacy_v1_PersonalDataDefinition } from './florin/privacy/v1/PersonalData.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  florin: {
    privacy: {
      v1: {
        ExportRequest: MessageTypeDefinition<_florin_privacy_v1_ExportRequest, _florin_privacy_v1_ExportRequest__Output>
        ExportResponse: MessageTypeDefinition<_florin_privacy_v1_ExportResponse, _florin_privacy_v1_ExportResponse__Output>
        PersonalData: SubtypeConstructor<typeof grpc.Client, _florin_privacy_v1_PersonalDataClient> & { service: _florin_privacy_v1_PersonalDataDefinition }
      }
    }
  }
}

