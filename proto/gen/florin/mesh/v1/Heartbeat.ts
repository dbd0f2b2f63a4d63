// Original file: florin/mesh/v1/capabilities.proto


export interface Heartbeat {
}

export interface Heartbeat__Output {
}
