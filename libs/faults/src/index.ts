export { type Code, codes } from './codes.js';
export { type ErrorBody, toErrorBody } from './error-body.js';
export { type FailureFrame, fromFailure, toFailure } from './failure.js';
export { type AnyReason, asFault, Fault, type FaultDetails, fault } from './fault.js';
export { fromGrpcError, type GrpcError, toGrpcError } from './grpc.js';
export { httpStatus, PROBLEM_CONTENT_TYPE, type Problem, toProblem } from './http.js';
export { invalidArgument, invalidField } from './invalid-argument.js';
export { type FailedToolResult, toToolResult } from './mcp.js';
export { type Reason, reasons } from './reasons.js';
