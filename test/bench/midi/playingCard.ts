import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { createPinwheel } from '../../../src/main/pinwheel.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { randomSong } from '../../support/smf.ts';
import { noAlsaHost } from '../../support/noAlsa.ts';

const entry = new URL('../../../src/main/host/host.ts', import.meta.url);
const midiEntry = new URL('../../../src/main/host/midiHost.ts', import.meta.url);

/** The program with its card on the null device, playing a dense song over and over. Resolves when it plays. */
export async function playingCard(): Promise<{ dispose(): Promise<void> }> {
  const home = mkdtempSync(path.join(tmpdir(), 'midi-bench-home-'));
  const pinwheel = await createPinwheel({
    shell: 'command-line',
    paths: appPaths({ PINWHEEL_HOME: home }),
    hostFactory: () => spawnHost({ entry }),
    midiHostFactory: () => spawnHost({ entry: midiEntry }),
    alsaHostFactory: noAlsaHost,
    midi: false,
    sound: true,
    quit: () => undefined,
  });
  const { devices, player } = pinwheel.served.implementations;
  await devices.selectOutput('null');
  await pinwheel.start();
  await player.add({ name: 'dense.mid', bytes: randomSong(1).bytes });
  await player.setLoop(true);
  await player.play(null);
  return {
    async dispose() {
      await pinwheel.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
