// Original file: florin/mesh/v1/capabilities.proto


export interface Cancel {
}

export interface Cancel__Output {
}
