// Original file: florin/privacy/v1/personal_data.proto


export interface ExportRequest {
}

export interface ExportRequest__Output {
}
