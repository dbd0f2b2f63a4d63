// Original file: florin/mesh/v1/capabilities.proto


export interface Progress {
  'progress'?: (number | string);
  'total'?: (number | string);
  'message'?: (string);
}

export interface Progress__Output {
  'progress': (number);
  'total': (number);
  'message': (string);
}
