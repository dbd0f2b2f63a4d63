// Original file: florin/identity/v1/limits.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { SpendRequest as _florin_identity_v1_SpendRequest, SpendRequest__Output as _florin_identity_v1_SpendRequest__Output } from '../../../florin/identity/v1/SpendRequest.js';
import type { SpendResponse as _florin_identity_v1_SpendResponse, SpendResponse__Output as _florin_identity_v1_SpendResponse__Output } from '../../../florin/identity/v1/SpendResponse.js';

export interface LimitsClient extends grpc.Client {
  Spend(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_identity_v1_SpendRequest, _florin_identity_v1_SpendResponse__Output>;
  Spend(options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_identity_v1_SpendRequest, _florin_identity_v1_SpendResponse__Output>;
  spend(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_identity_v1_SpendRequest, _florin_identity_v1_SpendResponse__Output>;
  spend(options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_identity_v1_SpendRequest, _florin_identity_v1_SpendResponse__Output>;
  
}

export interface LimitsHandlers extends grpc.UntypedServiceImplementation {
  Spend: grpc.handleBidiStreamingCall<_florin_identity_v1_SpendRequest__Output, _florin_identity_v1_SpendResponse>;
  
}

export interface LimitsDefinition extends grpc.ServiceDefinition {
  Spend: MethodDefinition<_florin_identity_v1_SpendRequest, _florin_identity_v1_SpendResponse, _florin_identity_v1_SpendRequest__Output, _florin_identity_v1_SpendResponse__Output>
}
