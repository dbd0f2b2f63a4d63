import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  INVALID_PARAMS,
  inputRequired,
  inputResponse,
  ProtocolError,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Fixtures } from '../../src/mcp/fixtures.js';

/*
 * Input requests as the protocol's own checks want to see them (SEP-2322). The gateway's own ask for approval alone, and
 * seal what they remember with more than this.
 */

type MapValue<M> = M extends ReadonlyMap<string, infer Value> ? Value : never;
type AskingTool = MapValue<Fixtures['tools']>;
type AskingPrompt = MapValue<Fixtures['prompts']>;
type Requests = NonNullable<Parameters<typeof inputRequired>[0]['inputRequests']>;

const form = (message: string, property: string, isText = true) =>
  inputRequired.elicit({
    message,
    requestedSchema: {
      type: 'object',
      properties: { [property]: isText ? { type: 'string' } : { type: 'boolean' } },
      required: [property],
    },
  });
const sample = (question: string) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: question } }],
    maxTokens: 100,
  });
const said = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

const KEY = 'of no worth: it protects nothing';
const signed = (state: string) => `${state}.${createHmac('sha256', KEY).update(state).digest('base64url')}`;

/** @throws ProtocolError where it is not as it was given */
function stateOf({ mcpReq }: ServerContext): string | undefined {
  const given = mcpReq.requestState<string>();
  if (given === undefined) return undefined;
  const state = given.slice(0, given.lastIndexOf('.'));
  const [right, brought] = [Buffer.from(signed(state)), Buffer.from(given)];
  if (right.length === brought.length && timingSafeEqual(right, brought)) return state;
  throw new ProtocolError(INVALID_PARAMS, 'Invalid requestState.');
}

/** Asks until everything is answered. */
function asking(
  requests: Requests,
  answered: (context: ServerContext) => string,
  state?: string,
): AskingTool {
  return async (_params, context) => {
    const brought = stateOf(context);
    const { inputResponses } = context.mcpReq;
    const missing = Object.keys(requests).some((key) => !isAnswered(inputResponses, key));
    if (!missing && brought === state) return said(answered(context));
    return inputRequired({
      inputRequests: requests,
      ...(state !== undefined && { requestState: signed(state) }),
    });
  };
}

function isAnswered(responses: Parameters<typeof inputResponse>[0], key: string): boolean {
  const answer = inputResponse(responses, key);
  if (answer.kind === 'elicit')
    return answer.action === 'accept' && acceptedContent(responses, key) !== undefined;
  return answer.kind !== 'missing';
}

const confirm = { confirm: form('Please confirm', 'ok', false) };
const user_name = form('What is your name?', 'name');
const nameIn = ({ mcpReq }: ServerContext) =>
  String(acceptedContent(mcpReq.inputResponses, 'user_name')?.name);

const multiRound: AskingTool = async (_params, context) => {
  const state = stateOf(context);
  const { inputResponses } = context.mcpReq;
  if (state === 'two' && isAnswered(inputResponses, 'step2')) return said('Both steps are done.');
  if (state === 'two' || (state === 'one' && isAnswered(inputResponses, 'step1'))) {
    const step2 = form('Step 2: What is your favorite color?', 'color');
    return inputRequired({ inputRequests: { step2 }, requestState: signed('two') });
  }
  const step1 = form('Step 1: What is your name?', 'name');
  return inputRequired({ inputRequests: { step1 }, requestState: signed('one') });
};

/** Asks for what this client can answer, and for nothing else. */
const withinCapabilities: AskingTool = async (_params, { mcpReq }) => {
  const envelope = mcpReq.envelope as Record<string, ClientCapabilities> | undefined;
  const capabilities = envelope?.[CLIENT_CAPABILITIES_META_KEY];
  return inputRequired({
    inputRequests: {
      ...(capabilities?.sampling && { question: sample('What is the capital of France?') }),
      ...(capabilities?.elicitation && { user_name }),
    },
  });
};

export function askingTools(): [string, AskingTool][] {
  const asksForName = asking({ user_name }, (context) => `Hello, ${nameIn(context)}!`);
  return [
    ['test_input_required_result_elicitation', asksForName],
    ['test_streaming_elicitation', asksForName],
    [
      'test_input_required_result_sampling',
      asking({ capital_question: sample('What is the capital of France?') }, ({ mcpReq }) =>
        JSON.stringify(inputResponse(mcpReq.inputResponses, 'capital_question')),
      ),
    ],
    [
      'test_input_required_result_list_roots',
      asking({ client_roots: inputRequired.listRoots() }, ({ mcpReq }) =>
        JSON.stringify(inputResponse(mcpReq.inputResponses, 'client_roots')),
      ),
    ],
    ['test_input_required_result_request_state', asking(confirm, () => 'state-ok', 'confirming')],
    ['test_input_required_result_tampered_state', asking(confirm, () => 'state-ok', 'confirming')],
    [
      'test_input_required_result_multiple_inputs',
      asking(
        { user_name, greeting: sample('Generate a greeting'), client_roots: inputRequired.listRoots() },
        (context) => `Hello, ${nameIn(context)}!`,
        'asking for three',
      ),
    ],
    ['test_input_required_result_multi_round', multiRound],
    ['test_input_required_result_capabilities', withinCapabilities],
    ['test_missing_capability', asking({ question: sample('Anything?') }, () => 'The client samples.')],
  ];
}

export const askingPrompt: AskingPrompt = async (_params, { mcpReq }) => {
  const context = acceptedContent(mcpReq.inputResponses, 'user_context')?.context;
  if (context === undefined) {
    const user_context = form('What context should the prompt use?', 'context');
    return inputRequired({ inputRequests: { user_context } });
  }
  return { messages: [{ role: 'user', content: { type: 'text', text: `Use ${String(context)}.` } }] };
};
