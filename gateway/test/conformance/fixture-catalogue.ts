/** A red pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

const noArguments = { type: 'object', properties: {} };
const oneString = (name: string) => ({
  type: 'object',
  properties: { [name]: { type: 'string' } },
  required: [name],
});

const toolNames = [
  'test_simple_text',
  'test_image_content',
  'test_audio_content',
  'test_embedded_resource',
  'test_multiple_content_types',
  'test_tool_with_logging',
  'test_tool_with_progress',
  'test_error_handling',
  'test_elicitation_sep1034_defaults',
  'test_elicitation_sep1330_enums',
  'test_input_required_result_elicitation',
  'test_input_required_result_sampling',
  'test_input_required_result_list_roots',
  'test_input_required_result_request_state',
  'test_input_required_result_multiple_inputs',
  'test_input_required_result_multi_round',
  'test_input_required_result_tampered_state',
  'test_input_required_result_capabilities',
  'test_missing_capability',
  'test_streaming_elicitation',
  'test_logging_tool',
  'test_trigger_tool_change',
  'test_trigger_prompt_change',
];

/** What the checks of JSON Schema 2020-12 look for, to the keyword. */
const schema202012 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

function tool(name: string, inputSchema: object = noArguments) {
  return {
    tool: {
      name,
      description: `Is called by the protocol's own checks: ${name.replaceAll('_', ' ')}.`,
      inputSchema,
    },
    scopes: [],
    public: false,
  };
}

function prompt(name: string, names: string[] = []) {
  const args = names.map((argument) => ({ name: argument, description: 'An argument.', required: true }));
  return {
    prompt: { name, description: "Is asked for by the protocol's own checks.", arguments: args },
    scopes: [],
    completes: names,
  };
}

function resource(name: string, mimeType: string) {
  return {
    resource: { uri: `test://${name}`, name, description: "Is read by the protocol's own checks.", mimeType },
    scopes: [],
  };
}

/** @param changes how often its tools, and its prompts, have become others */
export function fixtureCatalogue(changes: { tools: number; prompts: number }): object {
  return {
    tools: [
      ...toolNames.map((name) => tool(name)),
      tool('test_sampling', oneString('prompt')),
      tool('test_elicitation', oneString('message')),
      tool('test_x_mcp_header', {
        type: 'object',
        properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
      }),
      tool('json_schema_2020_12_tool', schema202012),
      tool(`test_changed_${changes.tools}`),
    ],
    resources: [
      resource('static-text', 'text/plain'),
      resource('static-binary', 'image/png'),
      resource('watched-resource', 'text/plain'),
    ],
    resource_templates: [
      {
        template: {
          uriTemplate: 'test://template/{id}/data',
          name: 'template',
          description: "Is read by the protocol's own checks.",
          mimeType: 'application/json',
        },
        scopes: [],
        completes: [],
      },
    ],
    prompts: [
      prompt('test_simple_prompt'),
      prompt('test_prompt_with_arguments', ['arg1', 'arg2']),
      prompt('test_prompt_with_embedded_resource', ['resourceUri']),
      prompt('test_prompt_with_image'),
      prompt('test_input_required_result_prompt'),
      prompt(`test_changed_${changes.prompts}`),
    ],
  };
}
