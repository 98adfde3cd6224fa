import { afterEach, describe, expect, it, vi } from 'vitest';
import { referenceTime } from '../../../../src/contract/units.ts';
import { MidiPorts, transportOf } from '../../../../src/main/adapters/midiPorts/midiPorts.ts';
import { CLSID } from '../../../../src/main/engine/ks/guid.ts';
import { EventRecordWriter } from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { offerBuiltInMiniports } from '../../../../src/main/engine/portcls/miniports/builtIn.ts';
import type { MiniportUart } from '../../../../src/main/engine/portcls/miniports/uart/uart.ts';
import { UART_PIN } from '../../../../src/main/engine/portcls/miniports/uart/uartDescription.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { MidiCapture } from '../../../../src/main/engine/wdmaud/midiCapture.ts';
import { MidiClient } from '../../../../src/main/engine/wdmaud/midiClient.ts';
import { midiInDevices, midiOutDevices } from '../../../../src/main/engine/wdmaud/midiDevices.ts';
import { folderHardware } from '../../../support/midi/folderHardware.ts';
import type { FolderMidi } from '../../../support/midi/folderMidi.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function system(ports: Parameters<FolderMidi['setPorts']>[0]) {
  const { midi, hardware, masterClock } = await folderHardware((folder) => folder.setPorts(ports));
  const portCls = new PortCls({ masterClock });
  offerBuiltInMiniports(portCls);
  ends.push(async () => {
    portCls.dispose();
    await hardware.dispose();
  });
  return { midi, hardware, portCls };
}

/** Opens the output pin, plays one note, and waits until it has left. */
async function playNote(client: MidiClient, midi: FolderMidi, key: number): Promise<void> {
  client.setState('RUN');
  const note = Uint8Array.of(0x90, key, 64);
  const writer = new EventRecordWriter().begin(referenceTime(0)).append(referenceTime(0), note);
  client.write(referenceTime(0), writer.take());
  await vi.waitFor(() => expect(midi.sent.map(({ bytes }) => bytes)).toContainEqual([...note]), WAIT);
}

describe('MIDI ports of the system', () => {
  it('one filter per device, with the halves it has; the classic functions list them', async () => {
    const { hardware, portCls } = await system({
      inputs: ['Keys:Keys 20:0', 'Box:Box 24:0'],
      outputs: ['Box:Box 24:0', 'Synth:Synth 28:0'],
    });
    const adapter = new MidiPorts(portCls, hardware).adapter!;
    expect(adapter.subdevices.map(({ name, filter }) => [name, filter.descriptor.pins.length])).toEqual([
      ['Keys', 2],
      ['Box', 5],
      ['Synth', 3],
    ]);
    const sysAudio = new SysAudio(portCls);
    expect(midiInDevices(sysAudio).map(({ caps }) => caps.name)).toEqual(['MIDI Keys', 'MIDI Box']);
    expect(midiOutDevices(sysAudio).map(({ caps }) => caps.name)).toEqual(['MIDI Box', 'MIDI Synth']);
  });

  it('first generation: a MIDI port and a UART bound to a device', async () => {
    const { midi, hardware, portCls } = await system({ inputs: ['Box'], outputs: ['Box'] });
    // The adapter driver.
    const card = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
    const port = portCls.newPort(CLSID.PortMidi);
    const miniport = portCls.newMiniport(CLSID.MiniportDriverUart) as MiniportUart;
    const adapter = { midiTransport: transportOf(hardware, hardware.ports[0]!) };
    const { filter } = card.installSubdevice('Box', port, miniport, { adapter });
    // Its clients.
    const capture = new MidiCapture(filter, UART_PIN.MIDI_IN);
    const got: number[][] = [];
    capture.onEvent(({ bytes }) => got.push([...bytes]));
    capture.start();
    await playNote(MidiClient.openPin(filter, UART_PIN.DIRECTMUSIC_OUT), midi, 60);
    await vi.waitFor(() => expect(midi.openedInputs).toEqual(['Box']), WAIT);
    midi.receive('Box', 0, 0x90, 72, 1);
    await vi.waitFor(() => expect(got).toEqual([[0x90, 72, 1]]), WAIT);
  });

  it('second generation: a DMus port and a DMusUART bound to the same device', async () => {
    const { midi, hardware, portCls } = await system({ inputs: ['Box'], outputs: ['Box'] });
    const ports = new MidiPorts(portCls, hardware);
    const { filter } = ports.adapter!.subdevice('Box')!;
    const capture = new MidiCapture(filter, UART_PIN.MIDI_IN);
    const got: number[][] = [];
    capture.onEvent(({ bytes }) => got.push([...bytes]));
    capture.start();
    await playNote(ports.openClient('Box'), midi, 61);
    await vi.waitFor(() => expect(midi.openedInputs).toEqual(['Box']), WAIT);
    // A SysEx longer than a buffer comes in pieces.
    const sysex = [0xf0, ...Array.from({ length: 65_534 }, (_, index) => index & 0x7f), 0xf7];
    midi.receive('Box', 0, ...sysex);
    await vi.waitFor(() => expect(got.flat()).toEqual(sysex), WAIT);
    expect(got.length).toBeGreaterThan(1);
  });

  it('pulling a device out is a surprise removal; it is registered again when it is back', async () => {
    const { midi, hardware, portCls } = await system({ inputs: ['Box'], outputs: ['Box'] });
    const ports = new MidiPorts(portCls, hardware);
    const client = ports.openClient('Box');
    const removed: string[] = [];
    client.onRemoved((why) => removed.push(why));
    client.setState('RUN');
    midi.setPorts({});
    await vi.waitFor(() => expect(ports.adapter!.subdevices).toEqual([]), { timeout: 1_500, interval: 20 });
    expect([removed, client.state]).toEqual([['“Box” was removed.'], 'STOP']);
    expect(() => ports.openClient('Box')).toThrow('There is no MIDI output “Box”.');
    midi.setPorts({ inputs: ['Box'], outputs: ['Box'] });
    await vi.waitFor(() => expect(ports.adapter!.subdevices).toHaveLength(1), {
      timeout: 1_500,
      interval: 20,
    });
    client.dispose();
    await playNote(ports.openClient('Box'), midi, 62);
  });

  it('clients of a port that cannot be opened are told why', async () => {
    const broken = { Box: 'somebody else has it' };
    const { hardware, portCls } = await system({ inputs: ['Box'], outputs: ['Box'], broken });
    const { filter } = new MidiPorts(portCls, hardware).adapter!.subdevice('Box')!;
    const reasons: string[] = [];
    MidiClient.openPin(filter, UART_PIN.DIRECTMUSIC_OUT).onRemoved((why) => reasons.push(why));
    const capture = new MidiCapture(filter, UART_PIN.MIDI_IN);
    capture.onRemoved((why) => reasons.push(why));
    capture.start();
    const why = '“Box” cannot be opened: somebody else has it.';
    await vi.waitFor(() => expect(reasons).toEqual([why, why]), WAIT);
  });
});
