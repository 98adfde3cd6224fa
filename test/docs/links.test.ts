import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

describe('the documentation', () => {
  const pages = ['README.md', ...globSync('docs/*.md', { cwd: root })];

  it.each(pages)('%s leads to what is there', (page) => {
    const text = readFileSync(path.join(root, page), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
    const lost = links.filter((link) => !existsSync(path.resolve(root, path.dirname(page), link)));
    expect(lost).toEqual([]);
  });

  it('names only files of the tree that are there', () => {
    const lost = pages.flatMap((page) => {
      const text = readFileSync(path.join(root, page), 'utf8');
      const named = [...text.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+\.\w+)`/g)].map(
        (match) => match[1]!,
      );
      const kept = named.filter((file) => !file.includes('NAME') && !existsSync(path.join(root, file)));
      return kept.map((file) => `${page}: ${file}`);
    });
    expect(lost).toEqual([]);
  });
});
