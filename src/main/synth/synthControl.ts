import type { Disposable } from '../../contract/disposable.ts';
import type { SynthCommand, SynthStatistics } from '../../contract/hardware.ts';
import { parseDlsDownload } from '../engine/portcls/dmus/dlsDownload.ts';
import type { CollectionSynth } from './collectionSynth.ts';
import { Downloads } from './downloads.ts';
import type { KernelMemory } from './kernel/memory.ts';

/** The stream half of a synthesizer node's properties: one per client, in front of the client's synthesizer. */
export class SynthControl implements Disposable {
  readonly #synth: CollectionSynth;
  readonly #downloads: Downloads;

  constructor(memory: KernelMemory, synth: CollectionSynth, onUnloaded: (handle: number) => void) {
    this.#synth = synth;
    this.#downloads = new Downloads(memory, synth, onUnloaded);
  }

  /** Since the last `clearStatistics`; `cpuPercent` is the caller's to fill in. */
  get statistics(): Omit<SynthStatistics, 'cpuPercent'> {
    const { activeVoices, lostNotes, peak } = this.#synth;
    return { voices: activeVoices, lostNotes, peak };
  }

  clearStatistics(): void {
    this.#synth.clearStatistics();
  }

  /** @throws PinwheelError as `parseDlsDownload` and `Downloads.add` */
  handle(command: SynthCommand): void {
    switch (command.kind) {
      case 'volume':
        return this.#synth.setVolume(command.gain);
      case 'portParameters':
        this.#synth.voiceLimit = command.voices;
        this.#synth.channelGroups = command.channelGroups;
        this.#synth.setEffects(command.reverb, command.chorus);
        return;
      case 'voicePriority':
        this.#synth.setPriority(command.channelGroup, command.channel, command.priority);
        return;
      case 'download':
        return this.#downloads.add(command.handle, parseDlsDownload(command.data));
      case 'unload':
        return this.#downloads.unload(command.handle);
      case 'compact':
        // Memory is given out so that it need not be moved: nothing would be gained.
        return;
    }
  }

  dispose(): void {
    this.#downloads.dispose();
  }
}
