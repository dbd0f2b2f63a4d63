import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const pages = markdownBelow('.');

/** Of what a page quotes, `…` on a line of its own stands for lines left out. */
const LEFT_OUT = /^…\n/m;

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || ['node_modules', 'dist', 'coverage'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Fenced blocks: what stands behind the opening fence, and the text. */
function blocks(text: string): { info: string; code: string }[] {
  return [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, info = '', code = '']) => ({
    info,
    code,
  }));
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[^\n]*\n.*?^```$/gms, '');
}

/** As GitHub makes an anchor of a heading. */
function anchors(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, target))) return true;
  return anchor !== undefined && target.endsWith('.md') && !anchors(read(target)).includes(anchor);
}

/** Where in `source` the pieces stand one after the other; -1 where one does not. */
function findInOrder(source: string, pieces: readonly string[]): number {
  return pieces.reduce((from, piece) => {
    if (from < 0) return from;
    const at = source.indexOf(piece.trim(), from);
    return at < 0 ? at : at + piece.trim().length;
  }, 0);
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what is there', () => {
    const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('names commands that exist', () => {
    const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
      ([, run, own]) => run ?? own,
    );
    expect(named.filter((name) => name !== undefined && !Object.hasOwn(scripts, name))).toEqual([]);
    const programs = [...text.matchAll(/\bnode ([\w./-]+\.mjs)/g)].map(([, file = '']) => file);
    expect(programs.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('names files and folders that exist', () => {
    const top = /^(?:proto|gateway|services|libs|deploy|helm|test|bench|docs)\/[\w./-]+$/;
    // Made on the machine, not kept in the repository.
    const made = /(?:^|\/)(?:\.env|dist)(?:\/|$)/;
    const named = [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
    const missing = named.filter(
      (code) => top.test(code) && !made.test(code) && !existsSync(join(root, code)),
    );
    expect(missing.filter((code) => !existsSync(join(root, dirname(page), code)))).toEqual([]);
  });

  it('quotes code as it is', () => {
    const quoted = blocks(text).flatMap(({ info, code }) => {
      const [, file] = /\bfile=(\S+)/.exec(info) ?? [];
      return file === undefined ? [] : [{ file, pieces: code.split(LEFT_OUT) }];
    });
    const stale = quoted.filter(({ file, pieces }) => findInOrder(read(file), pieces) < 0);
    expect(stale).toEqual([]);
  });

  it('shows JSON that parses', () => {
    const json = blocks(text).filter(({ info }) => info === 'json');
    for (const { code } of json) expect(() => JSON.parse(code)).not.toThrow();
  });
});
