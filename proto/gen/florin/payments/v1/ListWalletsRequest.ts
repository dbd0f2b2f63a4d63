// Original file: florin/payments/v1/wallets.proto


export interface ListWalletsRequest {
}

export interface ListWalletsRequest__Output {
}
