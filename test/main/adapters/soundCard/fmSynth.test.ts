import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STANDARD_FM } from '../../../../src/contract/fmSynth.ts';
import { decibelsToKsLevel, referenceTime } from '../../../../src/contract/units.ts';
import { FM_MIDI_PIN } from '../../../../src/main/adapters/soundCard/fmSynth.ts';
import { MIDI_OUT_PIN } from '../../../../src/main/adapters/soundCard/wavetable.ts';
import type { Filter } from '../../../../src/main/engine/ks/filter.ts';
import { CLSID } from '../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_SYNTH, SYNTH_PORTPARAMS } from '../../../../src/main/engine/ks/properties/synth.ts';
import { EventRecordWriter } from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { MiniportUart } from '../../../../src/main/engine/portcls/miniports/uart/uart.ts';
import type { UartAdapter } from '../../../../src/main/engine/portcls/miniports/uart/uartDevice.ts';
import { UART_PIN } from '../../../../src/main/engine/portcls/miniports/uart/uartDescription.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { DIRECTMUSIC_FORMAT, MidiClient } from '../../../../src/main/engine/wdmaud/midiClient.ts';
import { MIDI_FORMAT, midiOutDevices } from '../../../../src/main/engine/wdmaud/midiDevices.ts';
import { MixerDevice } from '../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { ChannelStrips } from '../../../../src/main/player/channels/channelStrips.ts';
import { SongPlayback } from '../../../../src/main/player/songPlayback.ts';
import { readSong } from '../../../../src/main/player/smf/readSong.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { nullCard } from '../../../support/nullCard.ts';
import { smf, writeSmf } from '../../../support/smf.ts';

let card: ReturnType<typeof nullCard>;
beforeEach(() => {
  card = nullCard();
});
afterEach(() => card.dispose());

const filterOf = (name: string): Filter => card.card.adapter.subdevice(name)!.filter;
/** As long as it takes; a meter shows what there was since it was read last. */
const WAIT = { timeout: 15_000, interval: 300 };

/** What a meter shows when it shows the same twice. */
async function steady(read: () => number): Promise<number> {
  let last = 0;
  const isSteady = (): boolean => {
    const before = last;
    last = read();
    return last > 0.02 && Math.abs(last - before) < 0.05 * last;
  };
  await expect.poll(isSteady, WAIT).toBe(true);
  return last;
}

/** Waits until a meter shows nothing, several times. */
async function silence(read: () => number): Promise<void> {
  let count = 0;
  await expect.poll(() => (count = read() === 0 ? count + 1 : 0), WAIT).toBe(3);
}

/** Largest peaks of the lines' meters so far, by name. */
function meters() {
  const device = new MixerDevice(card.card.adapter, card.portCls, () => 0);
  const lines = [device.destinations[0]!, ...device.destinations[0]!.sources];
  const controlOf = (name: string, type: 'VOLUME' | 'MUTE' | 'PEAKMETER') =>
    lines.find((line) => line.name === name)!.controls.find((control) => control.type === type)!;
  return {
    device,
    controlOf,
    peak(name: string): number {
      const peaks: number[] = [];
      device.readPeaks(controlOf(name, 'PEAKMETER').id, peaks);
      return Math.max(...peaks);
    },
  };
}

function holdNote(client: MidiClient): void {
  const writer = new EventRecordWriter().begin(referenceTime(0));
  writer.append(referenceTime(0), new Uint8Array([0xc0, 16]));
  writer.append(referenceTime(0), new Uint8Array([0x90, 60, 120]));
  client.setState('PAUSE');
  client.write(referenceTime(0), writer.take());
  client.setState('RUN');
}

describe('the FM synthesizer of the card', () => {
  it('is an FM synthesizer to midiOut, and not the first choice of a client that wants any', async () => {
    await card.start();
    const devices = midiOutDevices(new SysAudio(card.portCls)).map(({ caps }) => caps);
    expect(devices.map(({ technology }) => technology).sort()).toEqual(['MOD_FMSYNTH', 'MOD_WAVETABLE']);
    const client = MidiClient.openSynthesizer(card.portCls);
    expect(filterOf('Wavetable').openPins).toHaveLength(1);
    client.dispose();
  });

  it('tells its capabilities on a pin handle and grants what a chip has', async () => {
    await card.start();
    const pin = filterOf('FmSynth').createPin(FM_MIDI_PIN, MIDI_FORMAT);
    expect(pin.get(KSPROPERTY_SYNTH.CAPS, undefined, 0)).toMatchObject({
      description: 'Pinwheel FM (OPL3)',
      maxChannelGroups: 1,
      maxVoices: 36,
      maxAudioChannels: 2,
      effectFlags: 0,
      memorySize: 0,
    });
    const wish = { voices: 64, channelGroups: 4, audioChannels: 0, sampleRate: 0, effectsFlags: 0, share: 0 };
    const validParams = SYNTH_PORTPARAMS.VOICES | SYNTH_PORTPARAMS.CHANNELGROUPS;
    expect(pin.get(KSPROPERTY_SYNTH.PORTPARAMETERS, { ...wish, validParams }, 0)).toMatchObject({
      voices: 36,
      channelGroups: 1,
    });
    pin.close();
  });

  it('plays four clients at once and refuses a fifth', async () => {
    await card.start();
    const open = () => MidiClient.openPin(filterOf('FmSynth'), FM_MIDI_PIN);
    const clients = [open(), open(), open(), open()];
    expect(statusOf(open)).toBe('STATUS_UNSUCCESSFUL');
    const { peak } = meters();
    holdNote(clients[0]!);
    const one = await steady(() => peak('FM Synth'));
    for (const client of clients.slice(1)) holdNote(client);
    await expect.poll(() => peak('FM Synth'), WAIT).toBeGreaterThan(1.5 * one);
    for (const client of clients) client.dispose();
    await silence(() => peak('FM Synth'));
    open().dispose();
  });

  it('has a volume and a mute of its own', async () => {
    await card.start();
    const { device, controlOf, peak } = meters();
    const client = MidiClient.openPin(filterOf('FmSynth'), FM_MIDI_PIN);
    holdNote(client);
    const full = await steady(() => peak('Speakers'));
    device.setControl(controlOf('FM Synth', 'VOLUME').id, { levels: [decibelsToKsLevel(-20)] });
    await expect.poll(() => peak('Speakers') / full, WAIT).toBeCloseTo(0.1, 1);
    device.setControl(controlOf('FM Synth', 'VOLUME').id, { levels: [decibelsToKsLevel(0)] });
    device.setControl(controlOf('FM Synth', 'MUTE').id, { muted: [true] });
    await silence(() => peak('Speakers'));
    device.setControl(controlOf('FM Synth', 'MUTE').id, { muted: [false] });
    device.setControl(controlOf('Synth', 'MUTE').id, { muted: [true] });
    expect((await steady(() => peak('Speakers'))) / full).toBeGreaterThan(0.5);
    client.dispose();
  });

  it('says what is wrong when the library cannot play what is chosen', async () => {
    await card.start();
    const stream = card.hardware.openStream('fm', { kind: 'fm', ...STANDARD_FM, bank: 200 });
    const error = new Promise<string>((resolve) => stream.onError(resolve));
    stream.setState('ACQUIRE');
    expect(await error).toContain('There is no FM bank 200.');
  });
});

describe('one song through three miniports', () => {
  it('UART, FM and wavetable play the same file; only the pin differs', async () => {
    await card.start();
    const cable: number[] = [];
    const adapter: UartAdapter = {
      midiTransport: {
        send(bytes) {
          cable.push(...bytes);
          return true;
        },
        onBytes: () => ({ dispose: () => undefined }),
      },
    };
    const device = card.portCls.addAdapterDevice({ id: 'uart', name: 'UART', maxObjects: 1 });
    const uart = device.installSubdevice('UART', card.portCls.newPort(CLSID.PortMidi), new MiniportUart(), {
      adapter,
    });

    const notes = Array.from({ length: 40 }, (_, count) => [
      smf.noteOn(count * 12, count % 3 === 0 ? 9 : 0, 45 + count, 100),
      smf.noteOff(count * 12 + 10, count % 3 === 0 ? 9 : 0, 45 + count),
    ]);
    const bytes = writeSmf({ division: 480, tracks: [[smf.program(0, 0, 16), ...notes.flat()]] });
    const song = readSong('three.mid', bytes);
    const { data, offsets, count } = song.events;

    const pins: [Filter, number][] = [
      [uart.filter, UART_PIN.DIRECTMUSIC_OUT],
      [filterOf('FmSynth'), FM_MIDI_PIN],
      [filterOf('Wavetable'), MIDI_OUT_PIN],
    ];
    const { peak } = meters();
    peak('FM Synth');
    const heard = { FM: 0, wavetable: 0 };
    const playbacks = pins.map(
      ([filter, pin]) =>
        new SongPlayback({
          client: MidiClient.openPin(filter, pin),
          song,
          clock: card.hardware,
          startAt: referenceTime(0),
          strips: new ChannelStrips(),
          tempo: 1,
        }),
    );
    const ends = playbacks.map((playback) => new Promise<void>((resolve) => playback.onEnded(resolve)));
    for (const playback of playbacks) playback.run();
    const listening = setInterval(() => {
      heard.FM = Math.max(heard.FM, peak('FM Synth'));
      heard.wavetable = Math.max(heard.wavetable, peak('Synth'));
    }, 50);
    await Promise.all(ends);
    clearInterval(listening);
    expect(cable.slice(0, offsets[count])).toEqual([...data.subarray(0, offsets[count])]);
    expect(heard.FM).toBeGreaterThan(0.02);
    expect(heard.wavetable).toBeGreaterThan(0.02);
    for (const playback of playbacks) playback.dispose();
  });

  it('a legacy MIDI client opens the same pin', async () => {
    await card.start();
    for (const format of [MIDI_FORMAT, DIRECTMUSIC_FORMAT]) {
      const pin = filterOf('FmSynth').createPin(FM_MIDI_PIN, format);
      pin.setState('RUN');
      pin.close();
    }
  });
});
