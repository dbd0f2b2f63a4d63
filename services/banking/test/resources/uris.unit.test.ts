import { parseUriTemplate } from '@florin/chassis';
import { describe, expect, it } from 'vitest';
import { resources } from '../../src/resources/index.js';
import * as uris from '../../src/resources/uris.js';

describe('the URIs that events name as changed', () => {
  it.each(Object.entries(uris))('%s is that of a resource', (_name, uri) => {
    const matching = resources.filter((resource) => parseUriTemplate(resource.uri).match(uri('id')));
    expect(matching).toHaveLength(1);
  });
});
