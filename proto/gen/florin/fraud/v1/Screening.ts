// Original file: florin/fraud/v1/screening.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetDecisionRequest as _florin_fraud_v1_GetDecisionRequest, GetDecisionRequest__Output as _florin_fraud_v1_GetDecisionRequest__Output } from '../../../florin/fraud/v1/GetDecisionRequest.js';
import type { GetDecisionResponse as _florin_fraud_v1_GetDecisionResponse, GetDecisionResponse__Output as _florin_fraud_v1_GetDecisionResponse__Output } from '../../../florin/fraud/v1/GetDecisionResponse.js';
import type { ScreenRequest as _florin_fraud_v1_ScreenRequest, ScreenRequest__Output as _florin_fraud_v1_ScreenRequest__Output } from '../../../florin/fraud/v1/ScreenRequest.js';
import type { ScreenResponse as _florin_fraud_v1_ScreenResponse, ScreenResponse__Output as _florin_fraud_v1_ScreenResponse__Output } from '../../../florin/fraud/v1/ScreenResponse.js';

export interface ScreeningClient extends grpc.Client {
  GetDecision(argument: _florin_fraud_v1_GetDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  GetDecision(argument: _florin_fraud_v1_GetDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  GetDecision(argument: _florin_fraud_v1_GetDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  GetDecision(argument: _florin_fraud_v1_GetDecisionRequest, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  getDecision(argument: _florin_fraud_v1_GetDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  getDecision(argument: _florin_fraud_v1_GetDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  getDecision(argument: _florin_fraud_v1_GetDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  getDecision(argument: _florin_fraud_v1_GetDecisionRequest, callback: grpc.requestCallback<_florin_fraud_v1_GetDecisionResponse__Output>): grpc.ClientUnaryCall;
  
  Screen(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_fraud_v1_ScreenRequest, _florin_fraud_v1_ScreenResponse__Output>;
  Screen(options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_fraud_v1_ScreenRequest, _florin_fraud_v1_ScreenResponse__Output>;
  screen(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_fraud_v1_ScreenRequest, _florin_fraud_v1_ScreenResponse__Output>;
  screen(options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_fraud_v1_ScreenRequest, _florin_fraud_v1_ScreenResponse__Output>;
  
}

export interface ScreeningHandlers extends grpc.UntypedServiceImplementation {
  GetDecision: grpc.handleUnaryCall<_florin_fraud_v1_GetDecisionRequest__Output, _florin_fraud_v1_GetDecisionResponse>;
  
  Screen: grpc.handleBidiStreamingCall<_florin_fraud_v1_ScreenRequest__Output, _florin_fraud_v1_ScreenResponse>;
  
}

export interface ScreeningDefinition extends grpc.ServiceDefinition {
  GetDecision: MethodDefinition<_florin_fraud_v1_GetDecisionRequest, _florin_fraud_v1_GetDecisionResponse, _florin_fraud_v1_GetDecisionRequest__Output, _florin_fraud_v1_GetDecisionResponse__Output>
  Screen: MethodDefinition<_florin_fraud_v1_ScreenRequest, _florin_fraud_v1_ScreenResponse, _florin_fraud_v1_ScreenRequest__Output, _florin_fraud_v1_ScreenResponse__Output>
}
