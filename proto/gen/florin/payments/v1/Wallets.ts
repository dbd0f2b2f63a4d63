// Original file: florin/payments/v1/wallets.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListWalletsRequest as _florin_payments_v1_ListWalletsRequest, ListWalletsRequest__Output as _florin_payments_v1_ListWalletsRequest__Output } from '../../../florin/payments/v1/ListWalletsRequest.js';
import type { ListWalletsResponse as _florin_payments_v1_ListWalletsResponse, ListWalletsResponse__Output as _florin_payments_v1_ListWalletsResponse__Output } from '../../../florin/payments/v1/ListWalletsResponse.js';
import type { PostRequest as _florin_payments_v1_PostRequest, PostRequest__Output as _florin_payments_v1_PostRequest__Output } from '../../../florin/payments/v1/PostRequest.js';
import type { PostResponse as _florin_payments_v1_PostResponse, PostResponse__Output as _florin_payments_v1_PostResponse__Output } from '../../../florin/payments/v1/PostResponse.js';
import type { ReserveRequest as _florin_payments_v1_ReserveRequest, ReserveRequest__Output as _florin_payments_v1_ReserveRequest__Output } from '../../../florin/payments/v1/ReserveRequest.js';
import type { ReserveResponse as _florin_payments_v1_ReserveResponse, ReserveResponse__Output as _florin_payments_v1_ReserveResponse__Output } from '../../../florin/payments/v1/ReserveResponse.js';
import type { TransferRequest as _florin_payments_v1_TransferRequest, TransferRequest__Output as _florin_payments_v1_TransferRequest__Output } from '../../../florin/payments/v1/TransferRequest.js';
import type { TransferResponse as _florin_payments_v1_TransferResponse, TransferResponse__Output as _florin_payments_v1_TransferResponse__Output } from '../../../florin/payments/v1/TransferResponse.js';
import type { VoidRequest as _florin_payments_v1_VoidRequest, VoidRequest__Output as _florin_payments_v1_VoidRequest__Output } from '../../../florin/payments/v1/VoidRequest.js';
import type { VoidResponse as _florin_payments_v1_VoidResponse, VoidResponse__Output as _florin_payments_v1_VoidResponse__Output } from '../../../florin/payments/v1/VoidResponse.js';

export interface WalletsClient extends grpc.Client {
  ListWallets(argument: _florin_payments_v1_ListWalletsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  ListWallets(argument: _florin_payments_v1_ListWalletsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  ListWallets(argument: _florin_payments_v1_ListWalletsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  ListWallets(argument: _florin_payments_v1_ListWalletsRequest, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  listWallets(argument: _florin_payments_v1_ListWalletsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  listWallets(argument: _florin_payments_v1_ListWalletsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  listWallets(argument: _florin_payments_v1_ListWalletsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  listWallets(argument: _florin_payments_v1_ListWalletsRequest, callback: grpc.requestCallback<_florin_payments_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  
  Post(argument: _florin_payments_v1_PostRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  Post(argument: _florin_payments_v1_PostRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  Post(argument: _florin_payments_v1_PostRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  Post(argument: _florin_payments_v1_PostRequest, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  post(argument: _florin_payments_v1_PostRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  post(argument: _florin_payments_v1_PostRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  post(argument: _florin_payments_v1_PostRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  post(argument: _florin_payments_v1_PostRequest, callback: grpc.requestCallback<_florin_payments_v1_PostResponse__Output>): grpc.ClientUnaryCall;
  
  Reserve(argument: _florin_payments_v1_ReserveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  Reserve(argument: _florin_payments_v1_ReserveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  Reserve(argument: _florin_payments_v1_ReserveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  Reserve(argument: _florin_payments_v1_ReserveRequest, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  reserve(argument: _florin_payments_v1_ReserveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  reserve(argument: _florin_payments_v1_ReserveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  reserve(argument: _florin_payments_v1_ReserveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  reserve(argument: _florin_payments_v1_ReserveRequest, callback: grpc.requestCallback<_florin_payments_v1_ReserveResponse__Output>): grpc.ClientUnaryCall;
  
  Transfer(argument: _florin_payments_v1_TransferRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  Transfer(argument: _florin_payments_v1_TransferRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  Transfer(argument: _florin_payments_v1_TransferRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  Transfer(argument: _florin_payments_v1_TransferRequest, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  transfer(argument: _florin_payments_v1_TransferRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  transfer(argument: _florin_payments_v1_TransferRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  transfer(argument: _florin_payments_v1_TransferRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  transfer(argument: _florin_payments_v1_TransferRequest, callback: grpc.requestCallback<_florin_payments_v1_TransferResponse__Output>): grpc.ClientUnaryCall;
  
  Void(argument: _florin_payments_v1_VoidRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  Void(argument: _florin_payments_v1_VoidRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  Void(argument: _florin_payments_v1_VoidRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  Void(argument: _florin_payments_v1_VoidRequest, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  void(argument: _florin_payments_v1_VoidRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  void(argument: _florin_payments_v1_VoidRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  void(argument: _florin_payments_v1_VoidRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  void(argument: _florin_payments_v1_VoidRequest, callback: grpc.requestCallback<_florin_payments_v1_VoidResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface WalletsHandlers extends grpc.UntypedServiceImplementation {
  ListWallets: grpc.handleUnaryCall<_florin_payments_v1_ListWalletsRequest__Output, _florin_payments_v1_ListWalletsResponse>;
  
  Post: grpc.handleUnaryCall<_florin_payments_v1_PostRequest__Output, _florin_payments_v1_PostResponse>;
  
  Reserve: grpc.handleUnaryCall<_florin_payments_v1_ReserveRequest__Output, _florin_payments_v1_ReserveResponse>;
  
  Transfer: grpc.handleUnaryCall<_florin_payments_v1_TransferRequest__Output, _florin_payments_v1_TransferResponse>;
  
  Void: grpc.handleUnaryCall<_florin_payments_v1_VoidRequest__Output, _florin_payments_v1_VoidResponse>;
  
}

export interface WalletsDefinition extends grpc.ServiceDefinition {
  ListWallets: MethodDefinition<_florin_payments_v1_ListWalletsRequest, _florin_payments_v1_ListWalletsResponse, _florin_payments_v1_ListWalletsRequest__Output, _florin_payments_v1_ListWalletsResponse__Output>
  Post: MethodDefinition<_florin_payments_v1_PostRequest, _florin_payments_v1_PostResponse, _florin_payments_v1_PostRequest__Output, _florin_payments_v1_PostResponse__Output>
  Reserve: MethodDefinition<_florin_payments_v1_ReserveRequest, _florin_payments_v1_ReserveResponse, _florin_payments_v1_ReserveRequest__Output, _florin_payments_v1_ReserveResponse__Output>
  Transfer: MethodDefinition<_florin_payments_v1_TransferRequest, _florin_payments_v1_TransferResponse, _florin_payments_v1_TransferRequest__Output, _florin_payments_v1_TransferResponse__Output>
  Void: MethodDefinition<_florin_payments_v1_VoidRequest, _florin_payments_v1_VoidResponse, _florin_payments_v1_VoidRequest__Output, _florin_payments_v1_VoidResponse__Output>
}
