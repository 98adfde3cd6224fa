import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** The specification's checks: every one is shown by a test or named as pending in docs/checks.md, and none is both. */

const CHECKS = 115;
const root = path.resolve(import.meta.dirname, '..');

/** Numbers of a text such as “43–57, 62”. */
function numbersIn(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last] = part.trim().split('–').map(Number);
    return Array.from({ length: (last ?? first)! - first! + 1 }, (_, index) => first! + index);
  });
}

function shown(): Set<number> {
  const numbers = new Set<number>();
  for (const file of globSync('test/**/*.test.ts', { cwd: root })) {
    const source = readFileSync(path.join(root, file), 'utf8');
    // A title begins with the numbers it shows; the quote before it keeps numbers within a title out.
    for (const [, list] of source.matchAll(/\(\s*['"`](?:[Cc]heck )?(\d{1,3}(?:, \d{1,3})*): /g)) {
      for (const number of numbersIn(list!)) numbers.add(number);
    }
  }
  return numbers;
}

function pending(): number[] {
  const page = readFileSync(path.join(root, 'docs/checks.md'), 'utf8');
  return [...page.matchAll(/^\| ([\d–, ]+?) +\|/gm)].flatMap(([, list]) => numbersIn(list!));
}

describe('the checks of the driver model', () => {
  it('are each shown by a test or named as pending', () => {
    const known = new Set([...shown(), ...pending()]);
    const all = Array.from({ length: CHECKS }, (_, index) => index + 1);
    expect(all.filter((number) => !known.has(number))).toEqual([]);
  });

  it('are not called pending when a test shows them', () => {
    const proven = shown();
    expect(pending().filter((number) => proven.has(number))).toEqual([]);
  });
});
