import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../../src/contract/emitter.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { MidiClient } from '../../../../src/main/engine/wdmaud/midiClient.ts';
import { KSMUSIC_TECHNOLOGY } from '../../../../src/main/engine/ks/format.ts';
import type { InputMessage } from '../../../../src/main/services/midi/midiInputs.ts';
import { SynthRoutes } from '../../../../src/main/services/midi/synthRoutes.ts';
import { nullCard } from '../../../support/nullCard.ts';

const PASS = { channels: null, kinds: null, transpose: 0, velocityCurve: 1 };
const WAIT = { timeout: 8_000 };

describe('routes to the synthesizers of the card', () => {
  let card: ReturnType<typeof nullCard>;
  let messages: Emitter<InputMessage>;
  let removed: Emitter<string>;
  let routes: SynthRoutes;
  beforeEach(() => {
    card = nullCard();
    messages = new Emitter();
    removed = new Emitter();
    routes = new SynthRoutes({
      inputs: {
        messagesOf: (name) => (listener) =>
          messages.event((message) => message.port === name && listener(message)),
        onRemoved: removed.event,
      },
      openClient: (synth) =>
        MidiClient.openSynthesizer(
          card.portCls,
          synth === 'fm' ? KSMUSIC_TECHNOLOGY.FMSYNTH : KSMUSIC_TECHNOLOGY.WAVETABLE,
        ),
      onArrived: card.hardware.onArrived,
    });
  });
  afterEach(async () => {
    routes.dispose();
    await card.dispose();
  });

  const play = (port: string, ...bytes: number[]) =>
    messages.fire({ port, time: referenceTime(0), bytes: Uint8Array.from(bytes) });
  const pins = (name: string) => card.card.adapter.subdevice(name)?.filter.openPins.length ?? 0;
  const voices = () => expect.poll(() => card.hardware.voices, WAIT);

  it('play what comes in, merged into one stream, and release what a route left sounding', async () => {
    await card.start();
    routes.add(1, { ...PASS, from: 'Keys', to: { synth: 'dls' } });
    routes.add(2, { ...PASS, from: 'Pads', to: { synth: 'dls' }, channels: [10] });
    expect(pins('Wavetable')).toBe(1);
    play('Keys', 0xb0, 123, 0);
    play('Keys', 0xc0, 16);
    play('Keys', 0x90, 60, 100);
    play('Pads', 0x90, 62, 100);
    await voices().toBeGreaterThan(0);
    const ofOneNote = card.hardware.voices;
    play('Keys', 0x90, 64, 100);
    await voices().toBe(2 * ofOneNote);
    routes.remove(1);
    await voices().toBe(0);
    expect(pins('Wavetable')).toBe(1);
    routes.remove(2);
    expect(pins('Wavetable')).toBe(0);
  });

  it('a source that goes leaves no note and no pedal behind', async () => {
    await card.start();
    routes.add(1, { ...PASS, from: 'Keys', to: { synth: 'fm' } });
    play('Keys', 0xb0, 64, 127);
    play('Keys', 0x90, 60, 100);
    await voices().toBeGreaterThan(0);
    removed.fire('Pads');
    removed.fire('Keys');
    await voices().toBe(0);
    expect(pins('FmSynth')).toBe(1);
  });

  it('wait for the card, and go on when its host was replaced', async () => {
    routes.add(1, { ...PASS, from: 'Keys', to: { synth: 'dls' } });
    play('Keys', 0x90, 60, 100);
    await card.start();
    expect(pins('Wavetable')).toBe(1);
    play('Keys', 0x90, 60, 100);
    await voices().toBeGreaterThan(0);
    card.hosts.at(-1)!.kill();
    await expect.poll(() => pins('Wavetable'), WAIT).toBe(0);
    await expect.poll(() => pins('Wavetable'), WAIT).toBe(1);
    play('Keys', 0x90, 60, 100);
    await voices().toBeGreaterThan(0);
  });
});
