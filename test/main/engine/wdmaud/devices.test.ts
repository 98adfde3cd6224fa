import { describe, expect, it } from 'vitest';
import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  KSMUSIC_TECHNOLOGY,
  musicRange,
  pcmFormat,
  WAVE_FORMAT,
  waveFormat,
  type DataFormat,
} from '../../../../src/main/engine/ks/format.ts';
import { CLSID } from '../../../../src/main/engine/ks/guid.ts';
import type { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import {
  defaultMidiOut,
  MIDI_TECHNOLOGY,
  midiInDevices,
  midiOutDevices,
} from '../../../../src/main/engine/wdmaud/midiDevices.ts';
import { waveInDevices, waveOutDevices } from '../../../../src/main/engine/wdmaud/waveDevices.ts';
import { installExampleAdapter } from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { ExampleMidiMiniport } from '../../../fixtures/exampleAdapter/midi.ts';
import { testPortCls } from '../../../support/testFilters.ts';

const AC3: DataFormat = {
  majorFormat: KSDATAFORMAT_TYPE.AUDIO,
  subFormat: KSDATAFORMAT_SUBTYPE.AC3_SPDIF,
  specifier: KSDATAFORMAT_SPECIFIER.WAVEFORMATEX,
  wave: waveFormat(WAVE_FORMAT.DOLBY_AC3_SPDIF, 2, 48_000, 16),
};

function example(name = 'Example card') {
  const portCls = testPortCls();
  const card = installExampleAdapter(portCls, { name });
  return { portCls, card, sysAudio: new SysAudio(portCls) };
}

/** A MIDI filter whose one stream pin has the given ranges. */
function addMidi(portCls: PortCls, id: string, ...dataRanges: ReturnType<typeof musicRange>[]) {
  const miniport = new ExampleMidiMiniport();
  const whole = miniport.getDescription();
  miniport.getDescription = () => ({
    ...whole,
    pins: whole.pins.map((pin, pinId) => (pinId === 0 ? { ...pin, dataRanges } : pin)),
  });
  const adapter = portCls.addAdapterDevice({ id, name: id, maxObjects: 1 });
  adapter.installSubdevice('MIDI', portCls.newPort(CLSID.PortDMus), miniport);
}

describe('wave devices', () => {
  it('are one waveOut and one waveIn per wave filter, with the formats that hardware or system mixer take', () => {
    const { sysAudio } = example('A sound card with quite a long name');
    const [out, ...others] = waveOutDevices(sysAudio);
    expect(others).toEqual([]);
    expect(out!.caps).toEqual({
      name: 'A sound card with quite a long name Wave',
      productName: 'A sound card with quite a long ',
      formats: 0xfffff,
      channels: 2,
    });
    expect(waveInDevices(sysAudio)).toHaveLength(1);
  });

  it('open PCM and non-PCM formats on the pin that takes them', () => {
    const { card, sysAudio } = example();
    const [out] = waveOutDevices(sysAudio);
    const pcm = out!.open(pcmFormat(2, 48_000, 16));
    expect(card.wave.openPins.map(({ pinId }) => pinId)).toEqual([0]);
    const ac3 = out!.open(AC3);
    expect(ac3.pin).toMatchObject({ pinId: 4 });
    ac3.dispose();
    pcm.dispose();
    expect(card.wave.openPins).toEqual([]);
  });

  it('answer WAVERR_BADFORMAT, MMSYSERR_ALLOCATED and MMSYSERR_NODRIVER', () => {
    const { card, sysAudio } = example();
    const [out] = waveOutDevices(sysAudio);
    const result = (act: () => unknown) => {
      try {
        act();
      } catch (error) {
        return (error as { result?: string }).result;
      }
      return 'MMSYSERR_NOERROR';
    };
    expect(result(() => out!.open({ ...AC3, wave: waveFormat(0x92, 2, 32_000, 16) }))).toBe(
      'WAVERR_BADFORMAT',
    );
    const ac3 = out!.open(AC3);
    expect(result(() => out!.open(AC3))).toBe('MMSYSERR_ALLOCATED');
    ac3.dispose();
    card.adapter.unregisterSubdevice('Wave');
    expect(result(() => out!.open(AC3))).toBe('MMSYSERR_NODRIVER');
    expect(waveOutDevices(sysAudio)).toEqual([]);
  });
});

describe('MIDI devices', () => {
  it('tell technology and channels of the data range, and open its pin', () => {
    const { card, sysAudio } = example();
    const [out] = midiOutDevices(sysAudio);
    expect(out!.caps).toEqual({
      name: 'Example card Wavetable',
      productName: 'Example card Wavetable',
      technology: 'MOD_WAVETABLE',
      notes: 0,
      channelMask: 0xffff,
    });
    expect(MIDI_TECHNOLOGY[out!.caps.technology]).toBe(6);
    expect(midiInDevices(sysAudio)).toEqual([]);
    const graph = out!.open();
    expect(card.midi.openPins).toHaveLength(1);
    expect(() => out!.open()).toThrow(expect.objectContaining({ result: 'MMSYSERR_ALLOCATED' }) as Error);
    graph.dispose();
    expect(card.midi.openPins).toEqual([]);
  });

  it('prefer a wavetable as the default and never choose a port', () => {
    const portCls = testPortCls();
    const sysAudio = new SysAudio(portCls);
    addMidi(portCls, 'port', musicRange('MIDI', KSMUSIC_TECHNOLOGY.PORT));
    expect(midiOutDevices(sysAudio).map(({ caps }) => caps.technology)).toEqual(['MOD_MIDIPORT']);
    expect(defaultMidiOut(sysAudio)).toBeUndefined();
    addMidi(portCls, 'fm', musicRange('MIDI', KSMUSIC_TECHNOLOGY.FMSYNTH));
    expect(defaultMidiOut(sysAudio)?.caps.technology).toBe('MOD_FMSYNTH');
    addMidi(portCls, 'wavetable', musicRange('MIDI', KSMUSIC_TECHNOLOGY.WAVETABLE));
    expect(defaultMidiOut(sysAudio)?.caps.technology).toBe('MOD_WAVETABLE');
  });

  it('leave out a pin for DirectMusic only', () => {
    const portCls = testPortCls();
    addMidi(portCls, 'directMusic', musicRange('DIRECTMUSIC', KSMUSIC_TECHNOLOGY.WAVETABLE));
    addMidi(
      portCls,
      'both',
      musicRange('MIDI', KSMUSIC_TECHNOLOGY.SWSYNTH),
      musicRange('DIRECTMUSIC', KSMUSIC_TECHNOLOGY.WAVETABLE),
    );
    expect(midiOutDevices(new SysAudio(portCls)).map(({ caps }) => [caps.name, caps.technology])).toEqual([
      ['both MIDI', 'MOD_SWSYNTH'],
    ]);
  });
});
