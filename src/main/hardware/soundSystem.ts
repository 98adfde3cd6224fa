import type { Disposable } from '../../contract/disposable.ts';
import { OutputWatcher, processIdOf, type SoundServerClient } from './soundServer/index.ts';
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
  const watcher = new OutputWatcher();
  const soundServer: SoundServerView = {
    get outputs() {
      return watcher.outputs;
    },
    onOutputs: (listener) => watcher.onChange(listener),
    resetStreams: async (processId) => {
      if (watcher.client) await resetStreams(watcher.client, processId);
    },
  };
  return {
    views: { soundServer, pcms: undefined },
    ready: () => watcher.ready(),
    dispose: () => watcher.dispose(),
  };
}

/**
 * The server remembers one volume for all streams of the audio library, whichever program they were of: a stream
 * that is just opened may start silent.
 */
async function resetStreams(client: SoundServerClient, processId: number): Promise<void> {
  for (const stream of await client.sinkInputs()) {
    if (processIdOf(stream) !== processId) continue;
    await client.setSinkInputVolume(
      stream.index,
      stream.channelMap.map(() => 1),
    );
    await client.setSinkInputMute(stream.index, false);
  }
}
