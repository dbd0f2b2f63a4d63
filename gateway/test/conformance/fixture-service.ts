import { setTimeout as sleep } from 'node:timers/promises';
import { asFault, fault, toFailure } from '@florin/faults';
import type { ReceivedStart } from '@florin/proto';
import { type ScriptedService, startScripted } from '../support/scripted-service.js';
import { fixtureCatalogue, PNG } from './fixture-catalogue.js';

/** What the protocol's own checks call, as far as the contract of the mesh can say it, from a service behind the gateway. */
export async function startFixtureService(): Promise<ScriptedService> {
  const changes = { tools: 0, prompts: 0 };
  const change = (what: keyof typeof changes) => {
    changes[what] += 1;
    describe();
    for (const stream of service.streams) {
      if (!stream.destroyed) {
        stream.write({ call_id: 0, catalogue_changed: { content_hash: service.catalogue.hash } });
      }
    }
  };
  const service = await startScripted((stream, { call_id, frame, start }) => {
    if (frame === 'heartbeat') stream.write({ call_id: 0, heartbeat: {} });
    if (frame !== 'start' || !start) return;
    const progress = (done: number) =>
      stream.write({ call_id, progress: { progress: done, total: 100, message: '' } });
    answer(start, { change, progress }).then(
      (result) => stream.write({ call_id, result: { result_json: Buffer.from(JSON.stringify(result)) } }),
      (error: unknown) => stream.write({ call_id, failure: toFailure(asFault(error)) }),
    );
  });
  const describe = () => {
    service.catalogue.json = JSON.stringify(fixtureCatalogue(changes));
    service.catalogue.hash = `${changes.tools}.${changes.prompts}`;
  };
  describe();
  return service;
}

interface Acting {
  change(what: 'tools' | 'prompts'): void;
  progress(done: number): void;
}

async function answer({ kind, name, arguments_json }: ReceivedStart, acting: Acting): Promise<object> {
  const args = () => JSON.parse(arguments_json.toString('utf8')) as Record<string, string>;
  if (kind === 'CALL_KIND_TOOL') return callTool(name, acting);
  if (kind === 'CALL_KIND_RESOURCE') return { contents: [{ uri: name, ...readResource(name) }] };
  if (kind === 'CALL_KIND_PROMPT') return { messages: messagesOf(name, args()) };
  return { completion: { values: ['paris', 'park', 'party'], total: 150, hasMore: false } };
}

async function callTool(name: string, { change, progress }: Acting): Promise<object> {
  if (name === 'test_error_handling') {
    throw fault('INVALID_ARGUMENT', 'This tool intentionally returns an error for testing');
  }
  if (name === 'test_trigger_tool_change') change('tools');
  if (name === 'test_trigger_prompt_change') change('prompts');
  if (name === 'test_tool_with_progress') {
    for (const done of [0, 50, 100]) {
      progress(done);
      await sleep(50);
    }
  }
  return { text: 'This is a simple text response for testing.' };
}

function readResource(uri: string): object {
  if (uri === 'test://static-text') {
    return { mimeType: 'text/plain', text: 'This is the content of the static text resource.' };
  }
  if (uri === 'test://watched-resource') return { mimeType: 'text/plain', text: 'Watched.' };
  if (uri === 'test://static-binary') return { mimeType: 'image/png', blob: PNG };
  const [, id] = /^test:\/\/template\/([^/]+)\/data$/.exec(uri) ?? [];
  if (id === undefined) throw fault('NOT_FOUND', 'There is no such resource.');
  const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
  return { mimeType: 'application/json', text };
}

function messagesOf(name: string, { arg1, arg2, resourceUri }: Record<string, string>): object[] {
  const said = (content: object) => ({ role: 'user', content });
  const text = (words: string) => said({ type: 'text', text: words });
  switch (name) {
    case 'test_prompt_with_arguments':
      return [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)];
    case 'test_prompt_with_embedded_resource': {
      const embedded = {
        uri: resourceUri,
        mimeType: 'text/plain',
        text: 'Embedded resource content for testing.',
      };
      return [
        said({ type: 'resource', resource: embedded }),
        text('Please process the embedded resource above.'),
      ];
    }
    case 'test_prompt_with_image':
      return [
        said({ type: 'image', data: PNG, mimeType: 'image/png' }),
        text('Please analyze the image above.'),
      ];
    default:
      return [text('This is a simple prompt for testing.')];
  }
}
