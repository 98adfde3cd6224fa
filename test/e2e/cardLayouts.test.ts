import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CardMixing } from '../../src/contract/services/settings.ts';
import { referenceTime } from '../../src/contract/units.ts';
import { KSMUSIC_TECHNOLOGY } from '../../src/main/engine/ks/format.ts';
import { EventRecordWriter } from '../../src/main/engine/portcls/dmus/eventRecords.ts';
import { MidiClient } from '../../src/main/engine/wdmaud/midiClient.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { withoutGaps } from '../support/audio/dropout.ts';
import { firstSound, peak } from '../support/audio/level.ts';
import { pcmWav } from '../support/audio/wavFile.ts';
import { requires } from '../support/requirements.ts';
import { RigCard } from './support/rigCard.ts';
import { delay } from './support/waiting.ts';

const RATE = 48_000;
const LSB = 1 / 0x8000;
/** Of the recordings that are compared. */
const FRAMES = 0.9 * RATE;

requires('pipewire')('the card’s layouts on a sound server', () => {
  let rig: PipeWireRig;
  let folder: string;
  beforeAll(async () => {
    rig = await PipeWireRig.start();
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-layouts-'));
  });
  afterAll(async () => {
    await rig?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What is recorded of a source, from its first sample on. */
  const record = async (mixing: CardMixing, play: (card: RigCard) => () => void) => {
    const card = await RigCard.start(rig, { mixing, latency: 'saving' });
    const recorder = await rig.record('speakers');
    try {
      // Volumes of the synth, FM and wave inputs, and the master's.
      for (const register of [0, 4, 6]) card.hardware.setRegister(register, [0.6, 1.7]);
      card.hardware.setRegister(2, [0.35, 0.2]);
      await delay(150);
      const end = play(card);
      await recorder.waitFor((heard) => {
        const begin = firstSound(heard.channel(0));
        return begin >= 0 && heard.frames - begin > 1.4 * FRAMES;
      }, 20_000);
      end();
      const recording = await recorder.stop();
      const sides = [recording.channel(0), recording.channel(1)];
      const from = Math.min(...sides.map((side) => firstSound(side)).filter((frame) => frame >= 0));
      // The server of a busy machine puts silence in.
      return sides.map((side) => withoutGaps(side, RATE, from).sound.subarray(0, FRAMES));
    } finally {
      await recorder.stop();
      await card.dispose();
    }
  };
  const note = (technology: string, program: number) => (card: RigCard) => {
    const client = MidiClient.openSynthesizer(card.portCls, technology as never, { client: 'test' });
    const at = referenceTime(0);
    const records = new EventRecordWriter().begin(at);
    records.append(at, new Uint8Array([0xc0, program])).append(at, new Uint8Array([0x90, 60, 100]));
    client.setState('PAUSE');
    client.write(at, records.take());
    client.setState('RUN');
    return () => client.dispose();
  };
  const waves = (card: RigCard) => {
    const file = path.join(folder, 'noise.wav');
    let state = 1;
    const random = () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 16) - 32_768;
    writeFileSync(
      file,
      pcmWav(2 * RATE, (frame) => (frame === 0 ? 20_000 : random())),
    );
    const { pin, stream } = card.openWave();
    stream.feed({ id: 1, file, firstFrame: 0 });
    pin.setState('RUN');
    return () => pin.close();
  };

  it('plays at the chosen sample rate', async () => {
    const card = await RigCard.start(rig, { rate: 96_000 });
    try {
      expect(card.hardware.state).toMatchObject({ sampleRate: 96_000, phase: 'running' });
      expect(await rig.pactl('list', 'sink-inputs')).toContain('float32le 2ch 96000Hz');
    } finally {
      await card.dispose();
    }
  });

  for (const [name, play] of [
    ['waves', waves],
    ['the wavetable synthesizer', note(KSMUSIC_TECHNOLOGY.WAVETABLE, 19)],
    ['the FM synthesizer', note(KSMUSIC_TECHNOLOGY.FMSYNTH, 19)],
  ] as const) {
    it(`records ${name} the same in both layouts, within 1 LSB of 16 bits`, async () => {
      const analog = await record('analog', play);
      const digital = await record('digital', play);
      for (const side of [0, 1] as const) {
        expect(analog[side]).toHaveLength(FRAMES);
        expect(peak(analog[side]!)).toBeGreaterThan(0.01);
        expect(peak(analog[side]!.map((sample, index) => sample - digital[side]![index]!))).toBeLessThan(LSB);
      }
    });
  }
});
