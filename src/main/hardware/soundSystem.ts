import type { Disposable } from '../../contract/disposable.ts';
import type { Event } from '../../contract/emitter.ts';
import { PcmWatcher } from './pcmWatcher.ts';
import { ServerSound } from './serverSound.ts';
import { ServerWatcher } from './soundServer/index.ts';
import type { PcmView, SoundServerView } from './machineViews.ts';

/** What of this machine's sound the hardware looks at. */
export interface SoundSystem extends Disposable {
  readonly views: { soundServer: SoundServerView | undefined; pcms: PcmView | undefined };
  /** Devices and streams of the sound server. */
  readonly server: ServerSound;
  /** The machine's own PCMs are others than before; never told to those who make no sound. */
  readonly onPcms: Event<void>;
  /** Resolves when it is known what there is. Never rejects. */
  ready(): Promise<void>;
}

export interface SoundSystemOptions {
  sound: boolean;
  /** What the server refused or said wrong, where nobody else is told. */
  tell?: (message: string) => void;
}

/**
 * Watches the sound server (Linux and other systems that speak its protocol) and, with `sound`, the machine's own
 * PCMs, which commands that make no sound have no use for.
 */
export function openSoundSystem({ sound, tell }: SoundSystemOptions): SoundSystem {
  const soundServer = new ServerWatcher({ trouble: tell });
  const pcms = sound ? new PcmWatcher() : undefined;
  return {
    views: { soundServer, pcms },
    server: new ServerSound(soundServer, tell),
    onPcms: pcms?.onChange ?? (() => ({ dispose: () => undefined })),
    ready: async () => void (await Promise.all([soundServer.ready(), pcms?.ready()])),
    dispose() {
      soundServer.dispose();
      pcms?.dispose();
    },
  };
}
