import type { PowerStream } from '../../../contract/services/power.ts';

/** What is asked before streams pause or end. */
export interface Question {
  readonly title: string;
  readonly consequence: string;
  readonly action: string;
  readonly streams: readonly PowerStream[];
  run(): void;
}
