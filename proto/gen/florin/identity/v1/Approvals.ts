// Original file: florin/identity/v1/approvals.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ConsumeRequest as _florin_identity_v1_ConsumeRequest, ConsumeRequest__Output as _florin_identity_v1_ConsumeRequest__Output } from '../../../florin/identity/v1/ConsumeRequest.js';
import type { ConsumeResponse as _florin_identity_v1_ConsumeResponse, ConsumeResponse__Output as _florin_identity_v1_ConsumeResponse__Output } from '../../../florin/identity/v1/ConsumeResponse.js';
import type { RequestRequest as _florin_identity_v1_RequestRequest, RequestRequest__Output as _florin_identity_v1_RequestRequest__Output } from '../../../florin/identity/v1/RequestRequest.js';
import type { RequestResponse as _florin_identity_v1_RequestResponse, RequestResponse__Output as _florin_identity_v1_RequestResponse__Output } from '../../../florin/identity/v1/RequestResponse.js';

export interface ApprovalsClient extends grpc.Client {
  Consume(argument: _florin_identity_v1_ConsumeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  Consume(argument: _florin_identity_v1_ConsumeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  Consume(argument: _florin_identity_v1_ConsumeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  Consume(argument: _florin_identity_v1_ConsumeRequest, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  consume(argument: _florin_identity_v1_ConsumeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  consume(argument: _florin_identity_v1_ConsumeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  consume(argument: _florin_identity_v1_ConsumeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  consume(argument: _florin_identity_v1_ConsumeRequest, callback: grpc.requestCallback<_florin_identity_v1_ConsumeResponse__Output>): grpc.ClientUnaryCall;
  
  Request(argument: _florin_identity_v1_RequestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  Request(argument: _florin_identity_v1_RequestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  Request(argument: _florin_identity_v1_RequestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  Request(argument: _florin_identity_v1_RequestRequest, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  request(argument: _florin_identity_v1_RequestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  request(argument: _florin_identity_v1_RequestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  request(argument: _florin_identity_v1_RequestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  request(argument: _florin_identity_v1_RequestRequest, callback: grpc.requestCallback<_florin_identity_v1_RequestResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ApprovalsHandlers extends grpc.UntypedServiceImplementation {
  Consume: grpc.handleUnaryCall<_florin_identity_v1_ConsumeRequest__Output, _florin_identity_v1_ConsumeResponse>;
  
  Request: grpc.handleUnaryCall<_florin_identity_v1_RequestRequest__Output, _florin_identity_v1_RequestResponse>;
  
}

export interface ApprovalsDefinition extends grpc.ServiceDefinition {
  Consume: MethodDefinition<_florin_identity_v1_ConsumeRequest, _florin_identity_v1_ConsumeResponse, _florin_identity_v1_ConsumeRequest__Output, _florin_identity_v1_ConsumeResponse__Output>
  Request: MethodDefinition<_florin_identity_v1_RequestRequest, _florin_identity_v1_RequestResponse, _florin_identity_v1_RequestRequest__Output, _florin_identity_v1_RequestResponse__Output>
}
