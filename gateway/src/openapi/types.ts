import type { JsonObject } from '../rest/json-body.js';

// OpenAPI 3.1.1, section 4.8: of each object, what this document has.

export interface OpenApiDocument {
  openapi: '3.1.1';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: readonly Server[];
  tags: readonly { name: string; description: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, JsonObject>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Answer>;
    securitySchemes: JsonObject;
  };
}

interface Server {
  url: string;
}

export interface PathItem {
  servers?: readonly Server[];
  get?: Operation;
  post?: Operation;
}

export interface Operation {
  operationId: string;
  tags: readonly [string];
  summary: string;
  description: string;
  /** Empty where nobody needs to sign in. */
  security: readonly Record<string, readonly string[]>[];
  parameters?: readonly (Parameter | Reference)[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Answer | Reference>;
}

export interface Reference {
  $ref: string;
}

export interface Parameter {
  name: string;
  in: 'query' | 'header' | 'path';
  required?: boolean;
  description: string;
  schema: JsonObject;
  examples?: Record<string, { summary: string; value: string }>;
}

export interface Answer {
  description: string;
  headers?: Record<string, { description: string; schema: JsonObject }>;
  content?: Content;
}

type Content = Record<string, { schema?: JsonObject | Reference; example?: unknown }>;
