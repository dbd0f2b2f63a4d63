import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CallToolResult,
  ContentBlock,
  ElicitRequestFormParams,
  ServerContext,
} from '@modelcontextprotocol/server';
import type { Fixtures } from '../../src/mcp/fixtures.js';
import { PNG } from './fixture-catalogue.js';
import { askingPrompt, askingTools } from './input-required-fixtures.js';

/** Forty-four bytes: the head of a sound with nothing in it. */
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

type Tool = (args: Record<string, unknown>, context: ServerContext) => Promise<CallToolResult>;

const image: ContentBlock = { type: 'image', data: PNG, mimeType: 'image/png' };
const text = (words: string): ContentBlock => ({ type: 'text', text: words });
const embedded = (uri: string, mimeType: string, words: string): ContentBlock => ({
  type: 'resource',
  resource: { uri, mimeType, text: words },
});

function giving(...content: ContentBlock[]): Tool {
  return async () => ({ content });
}

/** Asks the client of the 2025 revisions by a form, in the middle of the call. */
function eliciting(said: string, form: (args: Record<string, unknown>) => ElicitRequestFormParams): Tool {
  return async (args, { mcpReq }) => {
    const { action, content = {} } = await mcpReq.elicitInput(form(args));
    return { content: [text(`${said}: action=${action}, content=${JSON.stringify(content)}`)] };
  };
}

const logging: Tool = async (_args, { mcpReq }) => {
  for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: line } });
    await sleep(50);
  }
  return { content: [text('Logged three lines.')] };
};

const sampling: Tool = async ({ prompt }, { mcpReq }) => {
  const { content } = await mcpReq.requestSampling({
    messages: [{ role: 'user', content: { type: 'text', text: String(prompt) } }],
    maxTokens: 100,
  });
  const words = !Array.isArray(content) && content.type === 'text' ? content.text : '';
  return { content: [text(`LLM response: ${words}`)] };
};

const titled = (...pairs: [string, string][]) => pairs.map(([value, title]) => ({ const: value, title }));
const options = ['option1', 'option2', 'option3'];

const tools: Record<string, Tool> = {
  test_image_content: giving(image),
  test_audio_content: giving({ type: 'audio', data: WAV, mimeType: 'audio/wav' }),
  test_embedded_resource: giving(
    embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ),
  test_multiple_content_types: giving(
    text('Multiple content types test:'),
    image,
    embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ),
  test_tool_with_logging: logging,
  test_sampling: sampling,
  test_elicitation: eliciting('User response', ({ message }) => ({
    mode: 'form',
    message: String(message),
    requestedSchema: {
      type: 'object',
      properties: {
        username: { type: 'string', description: "User's response" },
        email: { type: 'string', description: "User's email address" },
      },
      required: ['username', 'email'],
    },
  })),
  test_elicitation_sep1034_defaults: eliciting('Elicitation completed', () => ({
    mode: 'form',
    message: 'Look at what is filled in.',
    requestedSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', default: 'John Doe' },
        age: { type: 'integer', default: 30 },
        score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      },
    },
  })),
  test_elicitation_sep1330_enums: eliciting('Elicitation completed', () => ({
    mode: 'form',
    message: 'Choose.',
    requestedSchema: {
      type: 'object',
      properties: {
        untitledSingle: { type: 'string', enum: options },
        titledSingle: {
          type: 'string',
          oneOf: titled(['value1', 'First Option'], ['value2', 'Second Option'], ['value3', 'Third Option']),
        },
        legacyEnum: {
          type: 'string',
          enum: ['opt1', 'opt2', 'opt3'],
          enumNames: ['Option One', 'Option Two', 'Option Three'],
        },
        untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
        titledMulti: {
          type: 'array',
          items: {
            anyOf: titled(
              ['value1', 'First Choice'],
              ['value2', 'Second Choice'],
              ['value3', 'Third Choice'],
            ),
          },
        },
      },
    },
  })),
};

/** What the protocol's own checks ask of a server, and no service of the mesh can give. */
export function nativeFixtures(): Fixtures {
  const native = Object.entries(tools).map(
    ([name, run]) =>
      [
        name,
        (params: { arguments?: Record<string, unknown> | undefined }, context: ServerContext) =>
          run(params.arguments ?? {}, context),
      ] as const,
  );
  return {
    tools: new Map([...native, ...askingTools()]),
    prompts: new Map([['test_input_required_result_prompt', askingPrompt]]),
  };
}
