import { Linter, type Rule } from 'eslint';
import { expect, it } from 'vitest';

const file = new URL('../../scripts/lint/swallowedErrors.mjs', import.meta.url);
const { swallowedErrors } = (await import(file.href)) as { swallowedErrors: Rule.RuleModule };

function complaints(code: string): number {
  const config = {
    plugins: { pinwheel: { rules: { 'swallowed-errors': swallowedErrors } } },
    rules: { 'pinwheel/swallowed-errors': 'error' },
  } as const;
  const messages = new Linter().verify(code, config);
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  return messages.length;
}

it.each([
  'try { act(); } catch { }',
  'try { act(); } catch { recover(); }',
  'act().catch(() => undefined);',
  'act().then(done, () => {});',
  "socket.on('error', () => {});",
  `/** Acts. */\nfunction act() {\n${'go();\n'.repeat(30)}try { act(); } catch { }\n}`,
])('an error that goes nowhere needs a reason: %s', (code) => expect(complaints(code)).toBe(1));

it.each([
  'try { act(); } catch {\n  // It may be gone.\n}',
  'try { act(); } catch (error) { tell(error); }',
  'try { act(); } catch { throw new Error("no"); }',
  '// It may be gone.\nact().catch(() => undefined);',
  'act().catch(tell);',
  'act().catch((error) => tell(error));',
  "socket.on('close', () => {});",
  '/** Undefined where it is gone. */\nexport function act() { try { return get(); } catch { return undefined; } }',
])('and nothing else does: %s', (code) => expect(complaints(code)).toBe(0));
