import { describe, it } from 'vitest';
import { missing, type Requirement } from './machine.ts';

export type { Requirement } from './machine.ts';

type Suite = (title: string, body: () => void) => void;

/**
 * `requires('pipewire')('title', () => { ... })`: a `describe` for a suite that cannot run everywhere. Where
 * something is missing, its checks are reported as skipped, with the reason in the title; with CI=true that is a
 * failure, because everything but Electron's binary can be installed.
 */
export function requires(...needs: Requirement[]): Suite {
  const lacking = needs.flatMap((need) => missing(need).map((part) => `${need}: no ${part}`));
  if (lacking.length === 0) return (title, body) => void describe(title, body);

  const reason = lacking.join(', ');
  const excused = needs.some((need) => need === 'electron' && missing(need).length > 0);
  if (process.env['CI'] === 'true' && !excused) {
    return (title) =>
      void describe(title, () => {
        it('has what it needs', () => {
          throw new Error(`Not run, which counts as failed with CI=true: ${reason}`);
        });
      });
  }
  return (title, body) => void describe.skip(`${title} [skipped: ${reason}]`, body);
}
