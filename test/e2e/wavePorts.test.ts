import { expect, it } from 'vitest';
import { spawnHost } from '../../src/main/hardware/hostProcess.ts';
import { SoundHardware } from '../../src/main/hardware/soundHardware.ts';
import { ServerWatcher } from '../../src/main/hardware/soundServer/index.ts';
import { portRecords } from '../main/host/portStream.ts';
import { toneCard } from '../main/host/toneCard.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { withoutGaps } from '../support/audio/dropout.ts';
import { longestRun } from '../support/audio/exactRun.ts';
import { firstSound } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { delay } from './support/waiting.ts';

const RATE = 48_000;
const HOST_ENTRY = new URL('../main/host/portHost.ts', import.meta.url);

requires('pipewire')('the three wave ports on one real device', () => {
  it('give the same samples, those their clients wrote', async () => {
    const rig = await PipeWireRig.start();
    const env = { ...process.env, ...rig.env };
    const server = new ServerWatcher({ env });
    const hardware = new SoundHardware({
      hostFactory: () => spawnHost({ entry: HOST_ENTRY, env }),
      soundServer: server,
    });
    try {
      await hardware.start({ output: 'default', latency: 'normal', card: toneCard });
      expect(hardware.state.kind).toBe('device');
      let state = 7;
      // Without a 0, which would look like a gap.
      const samples = Int16Array.from({ length: 2 * RATE }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return (state >>> 16) - 32_768 || 1;
      });
      for (const kind of ['cyclic', 'pci', 'rt'] as const) {
        const stream = hardware.openStream('wave', { kind: 'wavetable' });
        stream.write(hardware.now(), portRecords(kind, new Uint8Array(samples.buffer)));
        await delay(300);
        const recorder = await rig.record('speakers');
        stream.setState('RUN');
        await recorder.waitFor((recording) => {
          const from = firstSound(recording.channel(0));
          return from >= 0 && recording.frames - from > 1.2 * RATE;
        }, 10_000);
        stream.setState('STOP');
        stream.close();
        const recording = await recorder.stop();
        for (const side of [0, 1] as const) {
          const sound = recording.channel(side);
          const heard = withoutGaps(sound, RATE, firstSound(sound)).sound;
          const written = samples.filter((_, index) => index % 2 === side);
          // What there is of it without a piece that a busy machine has lost.
          expect(longestRun(heard, written), `${kind}, side ${side}`).toBeGreaterThan(0.3 * RATE);
        }
      }
    } finally {
      await hardware.dispose();
      server.dispose();
      await rig.dispose();
    }
  });
});
