import { describe, expect, it } from 'vitest';
import { createLogger } from '../src/index.js';

function logged(entry: object): string {
  let text = '';
  const sink = {
    write: (line: string) => {
      text += line;
    },
  };
  createLogger({ name: 'test', level: 'info' }, sink).info(entry, 'an entry');
  return text;
}

// proves: secrets-not-logged
describe('the log', () => {
  it.each(['password', 'access_token', 'public_token', 'authorization', 'secret'])(
    'never shows a %s',
    (field) => {
      const text = logged({
        [field]: 'hunter2',
        input: { [field]: 'hunter2' },
        call: { input: { [field]: 'hunter2' } },
      });
      expect(text).toContain('an entry');
      expect(text).not.toContain('hunter2');
    },
  );
});
