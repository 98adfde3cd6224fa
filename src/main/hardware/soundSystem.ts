import type { Disposable } from '../../contract/disposable.ts';
import { PcmWatcher } from './pcmWatcher.ts';
import { ServerSound } from './serverSound.ts';
import { ServerWatcher } from './soundServer/index.ts';
import type { PcmView, SoundServerView } from './soundHardware.ts';

/** What of this machine's sound the hardware looks at. */
export interface SoundSystem extends Disposable {
  readonly views: { soundServer: SoundServerView | undefined; pcms: PcmView | undefined };
  /** Devices and streams of the sound server. */
  readonly server: ServerSound;
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
      server: new ServerSound(),
      ready: async () => undefined,
      dispose: () => undefined,
    };
  }
  const soundServer = new ServerWatcher();
  const pcms = new PcmWatcher();
  return {
    views: { soundServer, pcms },
    server: new ServerSound(soundServer),
    ready: async () => void (await Promise.all([soundServer.ready(), pcms.ready()])),
    dispose() {
      soundServer.dispose();
      pcms.dispose();
    },
  };
}
