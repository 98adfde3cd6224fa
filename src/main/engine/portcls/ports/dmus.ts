import type { Event } from '../../../../contract/emitter.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';
import { CLSID } from '../../ks/guid.ts';
import type { DataFormat } from '../../ks/format.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { Port, type Miniport, type PortServices } from './port.ts';

/** StreamType of IMiniportDMus::NewStream. Specification 4.6. */
export type DMusStreamType = 'DMUS_STREAM_MIDI_RENDER' | 'DMUS_STREAM_MIDI_CAPTURE' | 'DMUS_STREAM_WAVE_SINK';

/**
 * A miniport stream whose unpacker, sequencer and wave sink run where the sound is made (the stream half, see
 * ../dmus): this side hands over DMUS_EVENTHEADER records and state changes, in order.
 */
export interface HostedDMusStream {
  setState(state: StreamState): void;
  /** One IRP buffer: `records` are relative to presentation time `startTime`. */
  putBuffer(startTime: ReferenceTime, records: Uint8Array): void;
  close(): void;
  /** Presentation time rendered so far, now and then while in RUN. */
  readonly onPosition: Event<{ position: ReferenceTime }>;
  readonly onLost: Event<string>;
}

/** IMiniportDMus. `Service` is left out: the port never calls it (check 76). */
export interface MiniportDMus extends Miniport {
  init(services: { masterClock: MasterClock }): void;
  /**
   * NewStream. `schedulePreFetch` (100 ns) is how long before its presentation time the sequencer hands an event
   * on. @throws KsError
   */
  newStream(
    pinId: number,
    streamType: DMusStreamType,
    format: DataFormat,
  ): { stream: HostedDMusStream; schedulePreFetch: ReferenceTime };
}

/** The DMus port: time-stamped MIDI in and out. Specification 4.5, 4.6. */
export class PortDMus extends Port<MiniportDMus> {
  readonly classId = CLSID.PortDMus;

  protected override initMiniport(miniport: MiniportDMus, { masterClock }: PortServices): void {
    miniport.init({ masterClock });
  }

  override createPin(pinId: number, format: DataFormat): PinInstanceParts {
    const capture = this.descriptor.pins[pinId]?.dataFlow === 'OUT';
    const { stream } = this.miniport.newStream(
      pinId,
      capture ? 'DMUS_STREAM_MIDI_CAPTURE' : 'DMUS_STREAM_MIDI_RENDER',
      format,
    );
    return {
      stream,
      setState: (state) => stream.setState(state),
      ...(capture ? {} : { write: (startTime, records) => stream.putBuffer(startTime, records) }),
      close: () => stream.close(),
      onPosition: stream.onPosition,
      onLost: stream.onLost,
    };
  }
}
