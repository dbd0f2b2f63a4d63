// Original file: florin/identity/v1/tokens.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ExchangeRequest as _florin_identity_v1_ExchangeRequest, ExchangeRequest__Output as _florin_identity_v1_ExchangeRequest__Output } from '../../../florin/identity/v1/ExchangeRequest.js';
import type { ExchangeResponse as _florin_identity_v1_ExchangeResponse, ExchangeResponse__Output as _florin_identity_v1_ExchangeResponse__Output } from '../../../florin/identity/v1/ExchangeResponse.js';
import type { IssueServiceTokenRequest as _florin_identity_v1_IssueServiceTokenRequest, IssueServiceTokenRequest__Output as _florin_identity_v1_IssueServiceTokenRequest__Output } from '../../../florin/identity/v1/IssueServiceTokenRequest.js';
import type { IssueServiceTokenResponse as _florin_identity_v1_IssueServiceTokenResponse, IssueServiceTokenResponse__Output as _florin_identity_v1_IssueServiceTokenResponse__Output } from '../../../florin/identity/v1/IssueServiceTokenResponse.js';
import type { ListRevocationsRequest as _florin_identity_v1_ListRevocationsRequest, ListRevocationsRequest__Output as _florin_identity_v1_ListRevocationsRequest__Output } from '../../../florin/identity/v1/ListRevocationsRequest.js';
import type { ListRevocationsResponse as _florin_identity_v1_ListRevocationsResponse, ListRevocationsResponse__Output as _florin_identity_v1_ListRevocationsResponse__Output } from '../../../florin/identity/v1/ListRevocationsResponse.js';

export interface TokensClient extends grpc.Client {
  Exchange(argument: _florin_identity_v1_ExchangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  Exchange(argument: _florin_identity_v1_ExchangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  Exchange(argument: _florin_identity_v1_ExchangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  Exchange(argument: _florin_identity_v1_ExchangeRequest, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  exchange(argument: _florin_identity_v1_ExchangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  exchange(argument: _florin_identity_v1_ExchangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  exchange(argument: _florin_identity_v1_ExchangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  exchange(argument: _florin_identity_v1_ExchangeRequest, callback: grpc.requestCallback<_florin_identity_v1_ExchangeResponse__Output>): grpc.ClientUnaryCall;
  
  IssueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  IssueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  IssueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  IssueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  issueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  issueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  issueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  issueServiceToken(argument: _florin_identity_v1_IssueServiceTokenRequest, callback: grpc.requestCallback<_florin_identity_v1_IssueServiceTokenResponse__Output>): grpc.ClientUnaryCall;
  
  ListRevocations(argument: _florin_identity_v1_ListRevocationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  ListRevocations(argument: _florin_identity_v1_ListRevocationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  ListRevocations(argument: _florin_identity_v1_ListRevocationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  ListRevocations(argument: _florin_identity_v1_ListRevocationsRequest, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _florin_identity_v1_ListRevocationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _florin_identity_v1_ListRevocationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _florin_identity_v1_ListRevocationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _florin_identity_v1_ListRevocationsRequest, callback: grpc.requestCallback<_florin_identity_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface TokensHandlers extends grpc.UntypedServiceImplementation {
  Exchange: grpc.handleUnaryCall<_florin_identity_v1_ExchangeRequest__Output, _florin_identity_v1_ExchangeResponse>;
  
  IssueServiceToken: grpc.handleUnaryCall<_florin_identity_v1_IssueServiceTokenRequest__Output, _florin_identity_v1_IssueServiceTokenResponse>;
  
  ListRevocations: grpc.handleUnaryCall<_florin_identity_v1_ListRevocationsRequest__Output, _florin_identity_v1_ListRevocationsResponse>;
  
}

export interface TokensDefinition extends grpc.ServiceDefinition {
  Exchange: MethodDefinition<_florin_identity_v1_ExchangeRequest, _florin_identity_v1_ExchangeResponse, _florin_identity_v1_ExchangeRequest__Output, _florin_identity_v1_ExchangeResponse__Output>
  IssueServiceToken: MethodDefinition<_florin_identity_v1_IssueServiceTokenRequest, _florin_identity_v1_IssueServiceTokenResponse, _florin_identity_v1_IssueServiceTokenRequest__Output, _florin_identity_v1_IssueServiceTokenResponse__Output>
  ListRevocations: MethodDefinition<_florin_identity_v1_ListRevocationsRequest, _florin_identity_v1_ListRevocationsResponse, _florin_identity_v1_ListRevocationsRequest__Output, _florin_identity_v1_ListRevocationsResponse__Output>
}
