// Original file: florin/identity/v1/tokens.proto


export interface ListRevocationsRequest {
}

export interface ListRevocationsRequest__Output {
}
