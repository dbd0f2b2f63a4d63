// Original file: florin/mesh/v1/capabilities.proto


export interface DescribeRequest {
}

export interface DescribeRequest__Output {
}
