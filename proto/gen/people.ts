import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { FindByEmailRequest as _florin_identity_v1_FindByEmailRequest, FindByEmailRequest__Output as _florin_identity_v1_FindByEmailRequest__Output } from './florin/identity/v1/FindByEmailRequest.js';
import type { FindByEmailResponse as _florin_identity_v1_FindByEmailResponse, FindByEmailResponse__Output as _florin_identity_v1_FindByEmailResponse__Output } from './florin/identity/v1/FindByEmailResponse.js';
import type { PeopleClient as _florin_identity_v1_PeopleClient, PeopleDefinition as _florin_identity_v1_PeopleDefinition } from './florin/identity/v1/People.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  florin: {
    identity: {
      v1: {
        FindByEmailRequest: MessageTypeDefinition<_florin_identity_v1_FindByEmailRequest, _florin_identity_v1_FindByEmailRequest__Output>
        FindByEmailResponse: MessageTypeDefinition<_florin_identity_v1_FindByEmailResponse, _florin_identity_v1_FindByEmailResponse__Output>
        People: SubtypeConstructor<typeof grpc.Client, _florin_identity_v1_PeopleClient> & { service: _florin_identity_v1_PeopleDefinition }
      }
    }
  }
}

