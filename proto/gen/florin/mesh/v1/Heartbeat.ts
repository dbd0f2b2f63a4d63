// Original file: /work/main/proto/florin/mesh/v1/capabilities.proto


export interface Heartbeat {
}

export interface Heartbeat__Output {
}
