// Original file: florin/privacy/v1/personal_data.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ExportRequest as _florin_privacy_v1_ExportRequest, ExportRequest__Output as _florin_privacy_v1_ExportRequest__Output } from '../../../florin/privacy/v1/ExportRequest.js';
import type { ExportResponse as _florin_privacy_v1_ExportResponse, ExportResponse__Output as _florin_privacy_v1_ExportResponse__Output } from '../../../florin/privacy/v1/ExportResponse.js';

export interface PersonalDataClient extends grpc.Client {
  Export(argument: _florin_privacy_v1_ExportRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_florin_privacy_v1_ExportResponse__Output>;
  Export(argument: _florin_privacy_v1_ExportRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_florin_privacy_v1_ExportResponse__Output>;
  export(argument: _florin_privacy_v1_ExportRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_florin_privacy_v1_ExportResponse__Output>;
  export(argument: _florin_privacy_v1_ExportRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_florin_privacy_v1_ExportResponse__Output>;
  
}

export interface PersonalDataHandlers extends grpc.UntypedServiceImplementation {
  Export: grpc.handleServerStreamingCall<_florin_privacy_v1_ExportRequest__Output, _florin_privacy_v1_ExportResponse>;
  
}

export interface PersonalDataDefinition extends grpc.ServiceDefinition {
  Export: MethodDefinition<_florin_privacy_v1_ExportRequest, _florin_privacy_v1_ExportResponse, _florin_privacy_v1_ExportRequest__Output, _florin_privacy_v1_ExportResponse__Output>
}
