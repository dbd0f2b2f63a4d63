// Original file: florin/payments/v1/wallets.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetMethodRequest as _florin_payments_v1_GetMethodRequest, GetMethodRequest__Output as _florin_payments_v1_GetMethodRequest__Output } from '../../../florin/payments/v1/GetMethodRequest.js';
import type { GetMethodResponse as _florin_payments_v1_GetMethodResponse, GetMethodResponse__Output as _florin_payments_v1_GetMethodResponse__Output } from '../../../florin/payments/v1/GetMethodResponse.js';

export interface MethodsClient extends grpc.Client {
  GetMethod(argument: _florin_payments_v1_GetMethodRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  GetMethod(argument: _florin_payments_v1_GetMethodRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  GetMethod(argument: _florin_payments_v1_GetMethodRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  GetMethod(argument: _florin_payments_v1_GetMethodRequest, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  getMethod(argument: _florin_payments_v1_GetMethodRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  getMethod(argument: _florin_payments_v1_GetMethodRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  getMethod(argument: _florin_payments_v1_GetMethodRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  getMethod(argument: _florin_payments_v1_GetMethodRequest, callback: grpc.requestCallback<_florin_payments_v1_GetMethodResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface MethodsHandlers extends grpc.UntypedServiceImplementation {
  GetMethod: grpc.handleUnaryCall<_florin_payments_v1_GetMethodRequest__Output, _florin_payments_v1_GetMethodResponse>;
  
}

export interface MethodsDefinition extends grpc.ServiceDefinition {
  GetMethod: MethodDefinition<_florin_payments_v1_GetMethodRequest, _florin_payments_v1_GetMethodResponse, _florin_payments_v1_GetMethodRequest__Output, _florin_payments_v1_GetMethodResponse__Output>
}
