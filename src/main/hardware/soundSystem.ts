import type { Disposable } from '../../contract/disposable.ts';
import { PcmWatcher } from './pcmWatcher.ts';
import { ServerWatcher } from './soundServer/index.ts';
import type { PcmView, SoundServerView } from './soundHardware.ts';

/** What of this machine's sound the hardware looks at. */
export interface SoundSystem extends Disposable {
  readonly views: { soundServer: SoundServerView | undefined; pcms: PcmView | undefined };
  /** Resolves when it is known what there is. Never rejects. */
  ready(): Promise<void>;
}

/**
 * Watches the sound server (Linux and other systems that speak its protocol) and the machine's own PCMs.
 * `watch` false: looks at nothing, for commands that make no sound.
 */
export function openSoundSystem({ watch }: { watch: boolean }): SoundSystem {
  if (!watch) {
    return {
      views: { soundServer: undefined, pcms: undefined },
      ready: async () => undefined,
      dispose: () => undefined,
    };
  }
  const soundServer = new ServerWatcher();
  const pcms = new PcmWatcher();
  return {
    views: { soundServer, pcms },
    ready: async () => void (await Promise.all([soundServer.ready(), pcms.ready()])),
    dispose() {
      soundServer.dispose();
      pcms.dispose();
    },
  };
}
