// Original file: florin/mesh/v1/capabilities.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Call as _florin_mesh_v1_Call, Call__Output as _florin_mesh_v1_Call__Output } from '../../../florin/mesh/v1/Call.js';
import type { DescribeRequest as _florin_mesh_v1_DescribeRequest, DescribeRequest__Output as _florin_mesh_v1_DescribeRequest__Output } from '../../../florin/mesh/v1/DescribeRequest.js';
import type { DescribeResponse as _florin_mesh_v1_DescribeResponse, DescribeResponse__Output as _florin_mesh_v1_DescribeResponse__Output } from '../../../florin/mesh/v1/DescribeResponse.js';
import type { Reply as _florin_mesh_v1_Reply, Reply__Output as _florin_mesh_v1_Reply__Output } from '../../../florin/mesh/v1/Reply.js';

export interface CapabilitiesClient extends grpc.Client {
  Describe(argument: _florin_mesh_v1_DescribeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  Describe(argument: _florin_mesh_v1_DescribeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  Describe(argument: _florin_mesh_v1_DescribeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  Describe(argument: _florin_mesh_v1_DescribeRequest, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  describe(argument: _florin_mesh_v1_DescribeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  describe(argument: _florin_mesh_v1_DescribeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  describe(argument: _florin_mesh_v1_DescribeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  describe(argument: _florin_mesh_v1_DescribeRequest, callback: grpc.requestCallback<_florin_mesh_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  
  Exchange(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_mesh_v1_Call, _florin_mesh_v1_Reply__Output>;
  Exchange(options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_mesh_v1_Call, _florin_mesh_v1_Reply__Output>;
  exchange(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_mesh_v1_Call, _florin_mesh_v1_Reply__Output>;
  exchange(options?: grpc.CallOptions): grpc.ClientDuplexStream<_florin_mesh_v1_Call, _florin_mesh_v1_Reply__Output>;
  
}

export interface CapabilitiesHandlers extends grpc.UntypedServiceImplementation {
  Describe: grpc.handleUnaryCall<_florin_mesh_v1_DescribeRequest__Output, _florin_mesh_v1_DescribeResponse>;
  
  Exchange: grpc.handleBidiStreamingCall<_florin_mesh_v1_Call__Output, _florin_mesh_v1_Reply>;
  
}

export interface CapabilitiesDefinition extends grpc.ServiceDefinition {
  Describe: MethodDefinition<_florin_mesh_v1_DescribeRequest, _florin_mesh_v1_DescribeResponse, _florin_mesh_v1_DescribeRequest__Output, _florin_mesh_v1_DescribeResponse__Output>
  Exchange: MethodDefinition<_florin_mesh_v1_Call, _florin_mesh_v1_Reply, _florin_mesh_v1_Call__Output, _florin_mesh_v1_Reply__Output>
}
