import type { StandinShortcuts } from './globalShortcut.ts';

/**
 * What a person does to a desktop program outside its pages, and sees of it. The test asks through the process that runs
 * the stand-in, one message for each question: see `Person` in launch.ts.
 */
export interface PersonActions {
  /** Presses a key; false when the program does not have it. */
  pressKey(accelerator: string): boolean;
  /** Another program takes a key for itself. */
  takeKey(accelerator: string): void;
}

export type PersonRequest = { ask: keyof PersonActions; id: number; args: unknown[] };
export type PersonAnswer = { id: number; value?: unknown; error?: string };

export interface StandinParts {
  readonly shortcuts: StandinShortcuts;
}

export function personActions({ shortcuts }: StandinParts): PersonActions {
  return {
    pressKey: (accelerator) => shortcuts.press(accelerator),
    takeKey: (accelerator) => void shortcuts.taken.add(accelerator),
  };
}

export function answerPerson(actions: PersonActions, request: PersonRequest): PersonAnswer {
  const { ask, id, args } = request;
  try {
    return { id, value: (actions[ask] as (...given: unknown[]) => unknown)(...args) };
  } catch (error) {
    return { id, error: String(error) };
  }
}
