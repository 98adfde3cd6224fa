import type { Disposable } from '../../../contract/disposable.ts';
import type { Event } from '../../../contract/emitter.ts';

/** What uses subdevices beside the streams on their paths, and what of them it crosses. */
export interface PowerUse {
  /** As a person knows it; each use of its kind has another one. */
  readonly client: string;
  /** Paths of the subdevices. */
  readonly crosses: readonly string[];
  /** The streams of a pin need them as well; undefined: it is there by itself, as a monitored input is. */
  readonly streamsOf?: { readonly subdevice: string; readonly pinId: number };
}

/** Signal paths that no physical connection tells of. */
export interface PowerUses {
  readonly uses: readonly PowerUse[];
  readonly onChanged: Event<void>;
}

export const NO_USES: PowerUses = { uses: [], onChanged: () => ({ dispose: () => undefined }) };

/** The paths of several adapters. */
export function joinUses(...parts: readonly PowerUses[]): PowerUses {
  return {
    get uses() {
      return parts.flatMap(({ uses }) => uses);
    },
    onChanged: (listener): Disposable => {
      const handles = parts.map(({ onChanged }) => onChanged(listener));
      return { dispose: () => handles.forEach((handle) => handle.dispose()) };
    },
  };
}
