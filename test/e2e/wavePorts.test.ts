import { expect, it } from 'vitest';
import { spawnHost } from '../../src/main/hardware/hostProcess.ts';
import { SoundHardware } from '../../src/main/hardware/soundHardware.ts';
import { ServerWatcher } from '../../src/main/hardware/soundServer/index.ts';
import { portRecords } from '../main/host/portStream.ts';
import { toneCard } from '../main/host/toneCard.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { withoutGaps } from '../support/audio/dropout.ts';
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
        await delay(1_400);
        stream.setState('STOP');
        stream.close();
        const recording = await recorder.stop();
        const from = firstSound(recording.channel(0));
        for (const side of [0, 1] as const) {
          const { sound } = withoutGaps(recording.channel(side), RATE, from);
          const frames = 0.9 * RATE;
          const differs = sound
            .subarray(0, frames)
            .findIndex((sample, frame) => sample * 0x8000 !== samples[2 * frame + side]);
          expect([kind, side, sound.length > frames, differs]).toEqual([kind, side, true, -1]);
        }
      }
    } finally {
      await hardware.dispose();
      server.dispose();
      await rig.dispose();
    }
  });
});
