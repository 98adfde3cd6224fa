import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../../src/contract/emitter.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { KSDATAFORMAT_SUBTYPE, KSMUSIC_TECHNOLOGY } from '../../../../src/main/engine/ks/format.ts';
import { CLSID, type Guid } from '../../../../src/main/engine/ks/guid.ts';
import { EventRecordWriter } from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { MiniportUart } from '../../../../src/main/engine/portcls/miniports/uart/uart.ts';
import type { UartAdapter } from '../../../../src/main/engine/portcls/miniports/uart/uartDevice.ts';
import { UART_PIN } from '../../../../src/main/engine/portcls/miniports/uart/uartDescription.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { MidiCapture, type CapturedEvent } from '../../../../src/main/engine/wdmaud/midiCapture.ts';
import { MidiClient } from '../../../../src/main/engine/wdmaud/midiClient.ts';
import {
  defaultMidiOut,
  MIDI_TECHNOLOGY,
  midiInDevices,
  midiOutDevices,
} from '../../../../src/main/engine/wdmaud/midiDevices.ts';
import { readSong } from '../../../../src/main/player/smf/readSong.ts';
import { writeSong } from '../../../../src/main/player/smf/writeSong.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';

const MS = 10_000;

/** A UART whose output cable ends in its input, for MIDI devices above it. */
function loopback({ technology, legacy = true }: { technology?: Guid; legacy?: boolean } = {}) {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  const cable = new Emitter<{ bytes: Uint8Array }>();
  const adapter: UartAdapter = {
    midiTransport: {
      send(bytes) {
        cable.fire({ bytes });
        return true;
      },
      onBytes: cable.event,
    },
  };
  const miniport = new MiniportUart();
  if (technology) miniport.setTechnology(technology);
  if (!legacy) {
    const whole = miniport.getDescription();
    miniport.getDescription = () => ({
      ...whole,
      pins: whole.pins.map((pin, pinId) =>
        pinId === UART_PIN.MIDI_OUT
          ? {
              ...pin,
              dataRanges: pin.dataRanges.map((range) => ({
                ...range,
                subFormat: KSDATAFORMAT_SUBTYPE.DIRECTMUSIC,
              })),
            }
          : pin,
      ),
    });
  }
  const card = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
  const { filter } = card.installSubdevice('UART', portCls.newPort(CLSID.PortMidi), miniport, { adapter });
  return { scheduler, filter, sysAudio: new SysAudio(portCls) };
}

describe('MIDI devices over a UART', () => {
  it('85: the technology set before Init is what midiOut tells; WAVETABLE may be the default, PORT never', () => {
    const wavetable = loopback({ technology: KSMUSIC_TECHNOLOGY.WAVETABLE }).sysAudio;
    expect(midiOutDevices(wavetable).map(({ caps }) => MIDI_TECHNOLOGY[caps.technology])).toEqual([6]);
    expect(defaultMidiOut(wavetable)?.caps.name).toBe('Card UART');
    const port = loopback({ technology: KSMUSIC_TECHNOLOGY.PORT }).sysAudio;
    expect(midiOutDevices(port).map(({ caps }) => MIDI_TECHNOLOGY[caps.technology])).toEqual([1]);
    expect(defaultMidiOut(port)).toBeUndefined();
  });

  it('86: midiOut does not list a filter with DirectMusic pins only', () => {
    expect(midiOutDevices(loopback().sysAudio)).toHaveLength(1);
    expect(midiOutDevices(loopback({ legacy: false }).sysAudio)).toEqual([]);
  });

  it('one midiIn and one midiOut device', () => {
    const { sysAudio } = loopback();
    expect([midiInDevices(sysAudio).length, midiOutDevices(sysAudio).length]).toEqual([1, 1]);
  });

  it('what is played into the cable is captured, and recorded it is the same song again', () => {
    const { scheduler, filter } = loopback();
    const capture = new MidiCapture(filter, UART_PIN.MIDI_IN);
    const client = MidiClient.openPin(filter, UART_PIN.DIRECTMUSIC_OUT);
    const got: CapturedEvent[] = [];
    capture.onEvent((event) => got.push(event));
    capture.start();
    client.setState('RUN');
    const writer = new EventRecordWriter().begin(referenceTime(0));
    const played = Array.from({ length: 1_000 }, (_, index) => ({
      time: index * MS,
      bytes: [index % 2 === 0 ? 0x90 : 0x80, 60 + (index % 12), 64],
    }));
    for (const { time, bytes } of played) writer.append(referenceTime(time), Uint8Array.from(bytes));
    client.write(referenceTime(0), writer.take());
    scheduler.advance(1_100 * MS);
    expect(got.map(({ time, bytes }) => ({ time, bytes: [...bytes] }))).toEqual(played);
    const song = readSong('take.mid', writeSong([got], { format: 0, ticksPerQuarter: 500 }));
    expect([...song.events.times]).toEqual(played.map(({ time }) => time));
    client.dispose();
    capture.dispose();
  });
});
