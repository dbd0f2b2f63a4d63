// Original file: florin/identity/v1/approvals.proto


export interface SummaryLine {
  'label'?: (string);
  'text'?: (string);
}

export interface SummaryLine__Output {
  'label': (string);
  'text': (string);
}
