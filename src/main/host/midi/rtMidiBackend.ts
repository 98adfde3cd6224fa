import { existsSync } from 'node:fs';
import { Input, Output } from '@julusian/midi/lazy';
import type { Disposable } from '../../../contract/disposable.ts';
import type { BackendOutput, MidiBackend } from './backend.ts';

/** What other programs' own handles are called; every use of the library makes such ports, ours too. */
const LIBRARY_PORT = /^RtMidi (Input|Output) Client:RtMidi (Input|Output)( \d+:\d+)?$/;

/** ALSA's sequencer takes a SysEx in events of this many bytes; a larger one has to fit into its pool at once. */
const ALSA_PIECE_BYTES = 256;
/** A cable carries 3125 bytes a second, and the driver drops what its buffer cannot hold. */
const ALSA_DEVICE_INTERVAL_MS = (ALSA_PIECE_BYTES / 3125) * 1000;
/** Ports of programs and virtual ports have no cable; the one that reads them still needs its time. */
const ALSA_PROGRAM_INTERVAL_MS = 4;
const ALSA_FIRST_PROGRAM = 128;

/**
 * The system's MIDI through RtMidi: ALSA sequencer, CoreMIDI, Windows Multimedia.
 * @throws Error with the reason where there is no MIDI system
 */
export function openRtMidi(): MidiBackend {
  // One handle of each kind stays open: making one for every look at the names would show as a coming and going client.
  const { inputs, outputs } = openHandles();
  return {
    inputNames: () => portNames(inputs),
    outputNames: () => portNames(outputs),
    openInput: openRtInput,
    openOutput: (name) => new RtOutput(name),
  };
}

function openHandles(): { inputs: Input; outputs: Output } {
  try {
    return { inputs: new Input(), outputs: new Output() };
  } catch (error) {
    if (process.platform === 'linux' && !existsSync('/dev/snd/seq')) {
      throw new Error('there is no ALSA sequencer (/dev/snd/seq)', { cause: error });
    }
    throw error;
  }
}

function openRtInput(name: string, receive: (deltaSeconds: number, bytes: Uint8Array) => void): Disposable {
  const input = new Input();
  input.on('messageBuffer', receive);
  input.ignoreTypes(false, false, false);
  openByName(input, name);
  return { dispose: () => input.destroy() };
}

class RtOutput implements BackendOutput {
  readonly pieces?: NonNullable<BackendOutput['pieces']>;
  readonly #output = new Output();

  constructor(name: string) {
    openByName(this.#output, name);
    if (process.platform === 'linux') {
      this.pieces = { bytes: ALSA_PIECE_BYTES, intervalMs: alsaInterval(name) };
    }
  }

  send(message: Buffer): void {
    this.#output.sendMessage(message);
  }

  dispose(): void {
    this.#output.destroy();
  }
}

function alsaInterval(name: string): number {
  const client = Number(/ (\d+):\d+$/.exec(name)?.[1] ?? 0);
  const isVirtual = client >= ALSA_FIRST_PROGRAM || /^(VirMIDI|Virtual Raw MIDI|Midi Through)/.test(name);
  return isVirtual ? ALSA_PROGRAM_INTERVAL_MS : ALSA_DEVICE_INTERVAL_MS;
}

/** The part of both kinds of handle that looks at ports. */
interface Ports {
  getPortCount(): number;
  getPortName(port: number): string;
}

function portNames(handle: Ports): string[] {
  const names: string[] = [];
  for (let port = 0, count = handle.getPortCount(); port < count; port++) {
    const name = handle.getPortName(port);
    // Empty: it went away between the two calls.
    if (name !== '' && !LIBRARY_PORT.test(name)) names.push(name);
  }
  return names;
}

function openByName(handle: (Input | Output) & Ports, name: string): void {
  for (let port = 0, count = handle.getPortCount(); port < count; port++) {
    if (handle.getPortName(port) !== name) continue;
    handle.openPort(port);
    if (!handle.isPortOpen()) throw new Error('the system does not open it');
    return;
  }
  handle.destroy();
  throw new Error('it is not there any more');
}
