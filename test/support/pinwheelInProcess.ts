import { vi } from 'vitest';
import { createInProcessHost } from '../../src/main/host/inProcessHost.ts';
import { createPinwheel, type Pinwheel } from '../../src/main/pinwheel.ts';
import { appPaths } from '../../src/main/settings/appPaths.ts';
import { noAlsaHost } from './noAlsa.ts';

/**
 * The whole program inside the test's process, with its files in `home`, without a sound server, MIDI devices and ALSA.
 * With `sound` it plays on the null device. The environment is stubbed: `vi.unstubAllEnvs()` afterwards.
 */
export async function pinwheelInProcess(home: string, { sound }: { sound: boolean }): Promise<Pinwheel> {
  vi.stubEnv('PULSE_SERVER', `unix:${home}/no-server`);
  const pinwheel = await createPinwheel({
    shell: 'command-line',
    paths: appPaths({ PINWHEEL_HOME: home }),
    hostFactory: () => createInProcessHost(),
    midiHostFactory: () => {
      throw new Error('No host is to be started here.');
    },
    alsaHostFactory: noAlsaHost,
    midi: false,
    sound,
    quit: () => undefined,
  });
  if (!sound) return pinwheel;
  await pinwheel.served.implementations.devices.selectOutput('null');
  await pinwheel.start();
  return pinwheel;
}
