// Original file: florin/identity/v1/people.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { FindByEmailRequest as _florin_identity_v1_FindByEmailRequest, FindByEmailRequest__Output as _florin_identity_v1_FindByEmailRequest__Output } from '../../../florin/identity/v1/FindByEmailRequest.js';
import type { FindByEmailResponse as _florin_identity_v1_FindByEmailResponse, FindByEmailResponse__Output as _florin_identity_v1_FindByEmailResponse__Output } from '../../../florin/identity/v1/FindByEmailResponse.js';

export interface PeopleClient extends grpc.Client {
  FindByEmail(argument: _florin_identity_v1_FindByEmailRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  FindByEmail(argument: _florin_identity_v1_FindByEmailRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  FindByEmail(argument: _florin_identity_v1_FindByEmailRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  FindByEmail(argument: _florin_identity_v1_FindByEmailRequest, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  findByEmail(argument: _florin_identity_v1_FindByEmailRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  findByEmail(argument: _florin_identity_v1_FindByEmailRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  findByEmail(argument: _florin_identity_v1_FindByEmailRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  findByEmail(argument: _florin_identity_v1_FindByEmailRequest, callback: grpc.requestCallback<_florin_identity_v1_FindByEmailResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface PeopleHandlers extends grpc.UntypedServiceImplementation {
  FindByEmail: grpc.handleUnaryCall<_florin_identity_v1_FindByEmailRequest__Output, _florin_identity_v1_FindByEmailResponse>;
  
}

export interface PeopleDefinition extends grpc.ServiceDefinition {
  FindByEmail: MethodDefinition<_florin_identity_v1_FindByEmailRequest, _florin_identity_v1_FindByEmailResponse, _florin_identity_v1_FindByEmailRequest__Output, _florin_identity_v1_FindByEmailResponse__Output>
}
