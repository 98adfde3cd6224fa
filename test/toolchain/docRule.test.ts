import { Linter, type Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const rule = new URL('../../scripts/lint/docRule.mjs', import.meta.url);
const { docRule } = (await import(rule.href)) as { docRule: Rule.RuleModule };

const reports = (code: string): string[] =>
  new Linter()
    .verify(
      code,
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        plugins: { pinwheel: { rules: { docs: docRule } } },
        rules: { 'pinwheel/docs': 'error' },
      },
      'level.ts',
    )
    .map(({ message }) => message);

describe('the rule of doc comments', () => {
  it.each([
    ['a function', 'export function level(): number { return 0; }', 'level has no doc comment'],
    ['an arrow function', 'export const level = (): number => 0;', 'level has no doc comment'],
    ['a class', 'export class Level {}', 'Level has no doc comment'],
    ['a comment that is none of its own', '/* dB */ export class Level {}', 'Level has no doc comment'],
    [
      'errors',
      '/** In dB. */ export function level() { if (x) throw y; }',
      'level does not say what it throws',
    ],
    [
      'errors of a method',
      '/** In dB. */ export class Level { set() { throw y; } }',
      'Level.set does not say what it throws',
    ],
  ])('misses that of %s', (_, code, message) => {
    expect(reports(code)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['what is not exported', 'function level() { throw y; }'],
    ['a private method', '/** In dB. */ export class Level { #set() { throw y; } }'],
    ['an error that is caught', '/** In dB. */ export function level() { try { throw y; } catch {} }'],
    [
      'a method of an interface',
      '/** In dB. */ export class Level implements Register { set() { throw y; } }',
    ],
    ['what says its errors', '/** In dB. @throws y */ export function level() { throw y; }'],
    [
      'a signature after the first',
      '/** In dB. */ export function level(a: 1): 1;\nexport function level(a: 2): 2;\nexport function level() { return 1; }',
    ],
  ])('asks nothing of %s', (_, code) => {
    expect(reports(code)).toEqual([]);
  });
});
