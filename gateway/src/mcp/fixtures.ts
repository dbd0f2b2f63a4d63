import type {
  CallToolRequestParams,
  CallToolResult,
  GetPromptRequestParams,
  GetPromptResult,
  InputRequiredResult,
  ServerContext,
} from '@modelcontextprotocol/server';

type Answer<Params, Result> = (
  params: Params,
  context: ServerContext,
) => Promise<Result | InputRequiredResult>;

/**
 * By name, answers that no service can give by the contract of the mesh: a picture, a question to the client's model. The
 * protocol's own checks ask for them, so tests give them; no configuration does. They are listed as services list theirs.
 */
export interface Fixtures {
  tools: ReadonlyMap<string, Answer<CallToolRequestParams, CallToolResult>>;
  prompts: ReadonlyMap<string, Answer<GetPromptRequestParams, GetPromptResult>>;
}
