import type { OutputState } from '../../contract/services/app.ts';

/** One line about where sound goes. */
export function describeOutput({ kind, label, reason, sampleRate }: OutputState): string {
  if (sampleRate === 0) return `no sound: ${reason}`;
  return kind === 'null' ? `rendering to the null device: ${reason}` : `playing on ${label}`;
}
