import type { Disposable } from '../../../../contract/disposable.ts';
import type { Event } from '../../../../contract/emitter.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';
import { KSDATAFORMAT_TYPE, type DataFormat } from '../../ks/format.ts';
import { CLSID } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { KSPROPERTY_SYNTHCLOCK } from '../../ks/properties/synth.ts';
import { propertyItem, type PropertyItem } from '../../ks/property.ts';
import { EventAllocator, type AllocatorMxf } from '../dmus/allocator.ts';
import type { Mxf } from '../dmus/mxf.ts';
import type { ServiceGroup, ServiceSink } from '../serviceGroup.ts';
import type { MiniportMidi } from './midi.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';

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

/** A miniport stream in this process: the IMXF that IMiniportDMus::NewStream gives; `dispose` is the last Release. */
export interface MxfStream extends Mxf, Disposable {}

/**
 * ISynthSinkDMus: the wave stream of a software synthesizer, given for `DMUS_STREAM_WAVE_SINK`. Specification 4.7.
 */
export interface SynthSinkDMus extends MxfStream {
  /** Render: synthesizes into `buffer` for the stream's byte position `position`. */
  render(buffer: Uint8Array, position: number): void;
  /** SyncToMaster: with `start`, the sample clock becomes 0 at `time`; else it is adjusted only. */
  syncToMaster(time: ReferenceTime, start: boolean): void;
  /** SampleToRefTime */
  sampleToRefTime(sampleTime: number): ReferenceTime;
  /** RefTimeToSample */
  refTimeToSample(time: ReferenceTime): number;
}

/** What NewStream gives: a stream hosted elsewhere, or an IMXF with its optional service group. */
export type NewDMusStream = {
  /** SchedulePreFetch, 100 ns: how long before its presentation time the sequencer hands an event on. */
  schedulePreFetch: ReferenceTime;
} & ({ stream: HostedDMusStream } | { mxf: MxfStream; serviceGroup?: ServiceGroup });

/** IMiniportDMus. `Service` is left out: the port never calls it (check 76). */
export interface MiniportDMus extends Miniport {
  /** Init: registers its service group with `port.registerServiceGroup` before its hardware can interrupt. */
  init(context: MiniportInit<PortDMus>): void;
  /** NewStream. @throws KsError */
  newStream(
    pinId: number,
    streamType: DMusStreamType,
    format: DataFormat,
    services: { allocator: AllocatorMxf; masterClock: MasterClock },
  ): NewDMusStream;
}

/**
 * IPortDMus and IPortMidi: one implementation for both miniport kinds, told apart as QueryInterface would: only an
 * IMiniportMidi has `service`. Specification 4.5, 4.6.
 */
export class PortDMus extends Port<MiniportDMus | MiniportMidi> {
  readonly classId = CLSID.PortDMus;
  #serviceGroup: ServiceGroup | undefined;
  readonly #streamGroups = new Map<ServiceGroup, number>();

  /** RegisterServiceGroup, from within the miniport's Init. */
  registerServiceGroup(group: ServiceGroup): void {
    this.#serviceGroup = group;
  }

  /** Notify, from the interrupt routine. Without a group: that of `registerServiceGroup` and those of all streams. */
  notify(group?: ServiceGroup): void {
    if (group) return group.requestService();
    this.#serviceGroup?.requestService();
    for (const each of this.#streamGroups.keys()) each.requestService();
  }

  /** KSPROPERTY_SYNTH_MASTERCLOCK is the port's to answer. */
  override get filterItems(): readonly PropertyItem[] {
    const { masterClock } = this.services;
    return [propertyItem({ property: KSPROPERTY_SYNTHCLOCK.MASTERCLOCK, get: () => masterClock.now() })];
  }

  protected override initMiniport(
    miniport: MiniportDMus | MiniportMidi,
    { adapter, resources }: PortServices,
  ): void {
    miniport.init({ adapter, resources, port: this });
    if ('service' in miniport) this.#serviceGroup?.addMember({ requestService: () => miniport.service() });
  }

  override createPin(pinId: number, format: DataFormat): PinInstanceParts {
    const { miniport } = this;
    const capture = this.descriptor.pins[pinId]?.dataFlow === 'OUT';
    if ('service' in miniport) return this.#midiPin(miniport, pinId, capture, format);
    const streamType = streamTypeOf(capture, format);
    const made = miniport.newStream(pinId, streamType, format, {
      allocator: new EventAllocator(),
      masterClock: this.services.masterClock,
    });
    if ('stream' in made) return hostedPin(made.stream, capture);
    const { mxf, serviceGroup } = made;
    // A service request reaches a capture stream as PutMessage(NULL); that is when it builds its events.
    const release = this.#join(serviceGroup, {
      requestService: () => {
        if (streamType === 'DMUS_STREAM_MIDI_CAPTURE') mxf.putMessage(null);
      },
    });
    return {
      stream: mxf,
      setState: (state) => mxf.setState(state),
      close() {
        release();
        mxf.dispose();
      },
    };
  }

  #midiPin(miniport: MiniportMidi, pinId: number, capture: boolean, format: DataFormat): PinInstanceParts {
    const { stream, serviceGroup } = miniport.newStream(pinId, capture, format);
    // A stream's group of its own has the miniport serviced; the miniport's group does so already.
    const own = serviceGroup === this.#serviceGroup ? undefined : serviceGroup;
    const release = this.#join(own, { requestService: () => miniport.service() });
    return {
      stream,
      setState: (state) => stream.setState(state),
      setFormat: (newFormat) => stream.setFormat(newFormat),
      close() {
        release();
        stream.dispose();
      },
    };
  }

  /** Hooks a stream into its service group; several streams may share one. Answers how to let go. */
  #join(group: ServiceGroup | undefined, sink: ServiceSink): () => void {
    if (!group) return () => undefined;
    group.addMember(sink);
    this.#streamGroups.set(group, (this.#streamGroups.get(group) ?? 0) + 1);
    return () => {
      group.removeMember(sink);
      const left = this.#streamGroups.get(group)! - 1;
      if (left > 0) this.#streamGroups.set(group, left);
      else this.#streamGroups.delete(group);
    };
  }
}

/** An OUT pin captures MIDI, or it is where the sound of a software synthesizer comes out. */
function streamTypeOf(capture: boolean, format: DataFormat): DMusStreamType {
  if (!capture) return 'DMUS_STREAM_MIDI_RENDER';
  return format.majorFormat === KSDATAFORMAT_TYPE.AUDIO
    ? 'DMUS_STREAM_WAVE_SINK'
    : 'DMUS_STREAM_MIDI_CAPTURE';
}

function hostedPin(stream: HostedDMusStream, capture: boolean): PinInstanceParts {
  return {
    stream,
    setState: (state) => stream.setState(state),
    ...(capture
      ? {}
      : { write: (startTime: ReferenceTime, records: Uint8Array) => stream.putBuffer(startTime, records) }),
    close: () => stream.close(),
    onPosition: stream.onPosition,
    onLost: stream.onLost,
  };
}
