// Original file: florin/mesh/v1/capabilities.proto


export interface Draining {
}

export interface Draining__Output {
}
