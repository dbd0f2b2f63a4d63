// Original file: florin/identity/v1/limits.proto


export interface Done {
}

export interface Done__Output {
}
