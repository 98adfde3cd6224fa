import type { Disposable } from '../../contract/disposable.ts';
import type { Event } from '../../contract/emitter.ts';
import type { ReferenceTime } from '../../contract/units.ts';

/** An entry of the queue playing on a client of a device. */
export interface Playback extends Disposable {
  /** Time of the entry that is being heard. */
  readonly position: ReferenceTime;
  /** The entry is over and was heard to its end. */
  readonly onEnded: Event<void>;
  /** The device was removed under it; the reason. */
  readonly onLost: Event<string>;
  run(): void;
  pause(): void;
}
