import type { Disposable } from '../../../../contract/disposable.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import type { DataFormat } from '../../ks/format.ts';
import type { ServiceGroup } from '../serviceGroup.ts';
import type { HostedDMusStream, PortDMus } from './dmus.ts';
import type { Miniport, MiniportInit } from './port.ts';

/** IMiniportMidiStream: plain MIDI bytes; `dispose` stands for the last Release. Specification 4.6. */
export interface MiniportMidiStream extends Disposable {
  /** SetFormat: usually does nothing. */
  setFormat(format: DataFormat): void;
  setState(state: StreamState): void;
  /** Read: fills `buffer` and answers how many bytes; 0 = nothing more. */
  read(buffer: Uint8Array): number;
  /** Write: answers how many bytes were taken; 0 = busy, part of them = a multiple of 4. */
  write(bytes: Uint8Array): number;
  /** The hardware goes on sounding in STOP: note-offs come right after SetState(STOP) and are still taken. */
  readonly silenceOnStop?: boolean;
}

/** IMiniportMidi. Specification 4.6. */
export interface MiniportMidi extends Miniport {
  init(context: MiniportInit<PortDMus>): void;
  /** Service: the group the miniport registered in its Init, or a stream's, was serviced. */
  service(): void;
  /** NewStream. @throws KsError */
  newStream(pinId: number, capture: boolean, format: DataFormat): NewMidiStream;
}

/** What NewStream gives: a stream of bytes with its optional service group, or one whose port half runs elsewhere. */
export type NewMidiStream =
  | { stream: MiniportMidiStream; serviceGroup?: ServiceGroup }
  /** The sequencer is where the sound is made, and gives the bytes to the synthesizer there. */
  | { hosted: HostedDMusStream };
