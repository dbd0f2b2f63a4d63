import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetMethodRequest as _florin_payments_v1_GetMethodRequest, GetMethodRequest__Output as _florin_payments_v1_GetMethodRequest__Output } from './florin/payments/v1/GetMethodRequest.js';
import type { GetMethodResponse as _florin_payments_v1_GetMethodResponse, GetMethodResponse__Output as _florin_payments_v1_GetMethodResponse__Output } from './florin/payments/v1/GetMethodResponse.js';
import type { ListWalletsRequest as _florin_payments_v1_ListWalletsRequest, ListWalletsRequest__Output as _florin_payments_v1_ListWalletsRequest__Output } from './florin/payments/v1/ListWalletsRequest.js';
import type { ListWalletsResponse as _florin_payments_v1_ListWalletsResponse, ListWalletsResponse__Output as _florin_payments_v1_ListWalletsResponse__Output } from './florin/payments/v1/ListWalletsResponse.js';
import type { MethodsClient as _florin_payments_v1_MethodsClient, MethodsDefinition as _florin_payments_v1_MethodsDefinition } from './florin/payments/v1/Methods.js';
import type { Money as _florin_payments_v1_Money, Money__Output as _florin_payments_v1_Money__Output } from './florin/payments/v1/Money.js';
import type { PostRequest as _florin_payments_v1_PostRequest, PostRequest__Output as _florin_payments_v1_PostRequest__Output } from './florin/payments/v1/PostRequest.js';
import type { PostResponse as _florin_payments_v1_PostResponse, PostResponse__Output as _florin_payments_v1_PostResponse__Output } from './florin/payments/v1/PostResponse.js';
import type { ReserveRequest as _florin_payments_v1_ReserveRequest, ReserveRequest__Output as _florin_payments_v1_ReserveRequest__Output } from './florin/payments/v1/ReserveRequest.js';
import type { ReserveResponse as _florin_payments_v1_ReserveResponse, ReserveResponse__Output as _florin_payments_v1_ReserveResponse__Output } from './florin/payments/v1/ReserveResponse.js';
import type { TransferRequest as _florin_payments_v1_TransferRequest, TransferRequest__Output as _florin_payments_v1_TransferRequest__Output } from './florin/payments/v1/TransferRequest.js';
import type { TransferResponse as _florin_payments_v1_TransferResponse, TransferResponse__Output as _florin_payments_v1_TransferResponse__Output } from './florin/payments/v1/TransferResponse.js';
import type { VoidRequest as _florin_payments_v1_VoidRequest, VoidRequest__Output as _florin_payments_v1_VoidRequest__Output } from './florin/payments/v1/VoidRequest.js';
import type { VoidResponse as _florin_payments_v1_VoidResponse, VoidResponse__Output as _florin_payments_v1_VoidResponse__Output } from './florin/payments/v1/VoidResponse.js';
import type { Wallet as _florin_payments_v1_Wallet, Wallet__Output as _florin_payments_v1_Wallet__Output } from './florin/payments/v1/Wallet.js';
import type { WalletsClient as _florin_payments_v1_WalletsClient, WalletsDefinition as _florin_payments_v1_WalletsDefinition } from './florin/payments/v1/Wallets.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  florin: {
    payments: {
      v1: {
        Direction: EnumTypeDefinition
        GetMethodRequest: MessageTypeDefinition<_florin_payments_v1_GetMethodRequest, _florin_payments_v1_GetMethodRequest__Output>
        GetMethodResponse: MessageTypeDefinition<_florin_payments_v1_GetMethodResponse, _florin_payments_v1_GetMethodResponse__Output>
        ListWalletsRequest: MessageTypeDefinition<_florin_payments_v1_ListWalletsRequest, _florin_payments_v1_ListWalletsRequest__Output>
        ListWalletsResponse: MessageTypeDefinition<_florin_payments_v1_ListWalletsResponse, _florin_payments_v1_ListWalletsResponse__Output>
        Methods: SubtypeConstructor<typeof grpc.Client, _florin_payments_v1_MethodsClient> & { service: _florin_payments_v1_MethodsDefinition }
        Money: MessageTypeDefinition<_florin_payments_v1_Money, _florin_payments_v1_Money__Output>
        PostRequest: MessageTypeDefinition<_florin_payments_v1_PostRequest, _florin_payments_v1_PostRequest__Output>
        PostResponse: MessageTypeDefinition<_florin_payments_v1_PostResponse, _florin_payments_v1_PostResponse__Output>
        ReserveRequest: MessageTypeDefinition<_florin_payments_v1_ReserveRequest, _florin_payments_v1_ReserveRequest__Output>
        ReserveResponse: MessageTypeDefinition<_florin_payments_v1_ReserveResponse, _florin_payments_v1_ReserveResponse__Output>
        TransferRequest: MessageTypeDefinition<_florin_payments_v1_TransferRequest, _florin_payments_v1_TransferRequest__Output>
        TransferResponse: MessageTypeDefinition<_florin_payments_v1_TransferResponse, _florin_payments_v1_TransferResponse__Output>
        VoidRequest: MessageTypeDefinition<_florin_payments_v1_VoidRequest, _florin_payments_v1_VoidRequest__Output>
        VoidResponse: MessageTypeDefinition<_florin_payments_v1_VoidResponse, _florin_payments_v1_VoidResponse__Output>
        Wallet: MessageTypeDefinition<_florin_payments_v1_Wallet, _florin_payments_v1_Wallet__Output>
        Wallets: SubtypeConstructor<typeof grpc.Client, _florin_payments_v1_WalletsClient> & { service: _florin_payments_v1_WalletsDefinition }
      }
    }
  }
}

