import type { Event } from '../../contract/emitter.ts';
import type { NamedPcm } from './pcmWatcher.ts';
import type { Outputs } from './soundServer/index.ts';
import type { OtherStreamRequests } from './spdif/otherStreams.ts';
import type { SinkRequests } from './spdif/unityLevels.ts';
import type { StreamRequests } from './streamReset.ts';

/** What the hardware wants of a sound server: a ServerWatcher, as a rule. */
export interface SoundServerView {
  readonly outputs: Outputs;
  readonly onChange: Event<Outputs>;
  /** Resolves when `outputs` is known for the first time. */
  ready(): Promise<void>;
  /** Undefined while the server is away. */
  readonly client: (StreamRequests & SinkRequests & OtherStreamRequests) | undefined;
}

/** What the hardware wants to know of the machine's own PCMs: a PcmWatcher, as a rule. */
export interface PcmView {
  readonly playback: boolean;
  /** Those of ALSA; empty on other systems. */
  readonly list: readonly NamedPcm[];
  readonly onChange: Event<void>;
  ready(): Promise<void>;
}
