import type { Disposable } from '../../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../../contract/emitter.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';
import { KSDATAFORMAT_SUBTYPE, KSDATAFORMAT_TYPE, type DataFormat } from '../../ks/format.ts';
import { CLSID } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { KSPROPERTY_SYNTHCLOCK } from '../../ks/properties/synth.ts';
import { propertyItem, type PropertyItem } from '../../ks/property.ts';
import { EventAllocator, giveBuffer, type AllocatorMxf } from '../dmus/allocator.ts';
import { CapturePipeline } from '../dmus/capturePipeline.ts';
import { KERNEL_EVENT_FLAGS } from '../dmus/kernelEvent.ts';
import type { Mxf } from '../dmus/mxf.ts';
import { LegacyRecords } from '../dmus/legacyRecords.ts';
import type { RecordFormat } from '../dmus/records.ts';
import { TimedRenderPipeline } from '../dmus/timedRenderPipeline.ts';
import type { ServiceGroup, ServiceSink } from '../serviceGroup.ts';
import type { MiniportMidi, MiniportMidiStream } from './midi.ts';
import type { PowerNotify } from '../power.ts';
import { MidiRenderMxf } from './midiRenderMxf.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';

/** StreamType of IMiniportDMus::NewStream. Specification 4.6. */
export type DMusStreamType = 'DMUS_STREAM_MIDI_RENDER' | 'DMUS_STREAM_MIDI_CAPTURE' | 'DMUS_STREAM_WAVE_SINK';

/**
 * A miniport stream whose unpacker, sequencer and wave sink run where the sound is made (the stream half, see
 * ../dmus): this side hands over DMUS_EVENTHEADER records and state changes, in order, and changes of power to those
 * that offer IPowerNotify.
 */
export interface HostedDMusStream extends Partial<PowerNotify> {
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
} & (
  | { stream: HostedDMusStream }
  | {
      mxf: MxfStream;
      serviceGroup?: ServiceGroup;
      /** The hardware goes on sounding in STOP: note-offs come right after SetState(STOP) and are still sent. */
      silenceOnStop?: boolean;
      /** The hardware behind a capture stream failed, and why. */
      onLost?: Event<string>;
    }
);

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
    const { masterClock } = this.services;
    const allocator = new EventAllocator();
    const streamType = streamTypeOf(capture, format);
    const made = miniport.newStream(pinId, streamType, format, { allocator, masterClock });
    if ('stream' in made) return hostedPin(made.stream, capture, recordFormat(format));
    switch (streamType) {
      case 'DMUS_STREAM_MIDI_RENDER':
        return this.#renderPin(made, allocator, format);
      case 'DMUS_STREAM_MIDI_CAPTURE':
        return this.#capturePin(made, allocator, format);
      case 'DMUS_STREAM_WAVE_SINK': {
        const { mxf } = made;
        const release = this.#join(made.serviceGroup, NO_SERVICE);
        return {
          stream: mxf,
          setState: (state) => mxf.setState(state),
          close() {
            release();
            mxf.dispose();
          },
        };
      }
    }
  }

  #renderPin(made: NewMxfStream, allocator: AllocatorMxf, format: DataFormat): PinInstanceParts {
    const { mxf, schedulePreFetch, silenceOnStop = false } = made;
    const release = this.#join(made.serviceGroup, NO_SERVICE);
    const pipeline = new TimedRenderPipeline({
      ...this.services,
      allocator,
      miniport: mxf,
      format: recordFormat(format),
      schedulePreFetch,
      silenceOnStop,
    });
    return {
      stream: mxf,
      setState: (state) => pipeline.setState(state),
      write: (startTime, records) => pipeline.write(startTime, records),
      close() {
        release();
        pipeline.dispose();
        mxf.dispose();
      },
    };
  }

  #capturePin(made: NewMxfStream, allocator: AllocatorMxf, format: DataFormat): PinInstanceParts {
    const { mxf, onLost } = made;
    const { masterClock } = this.services;
    // The hardware outlives the pin.
    const lost = new Emitter<string>();
    const failed = onLost?.((why) => lost.fire(why));
    const pipeline = new CapturePipeline({ allocator, masterClock, format: recordFormat(format) });
    mxf.connectOutput(pipeline.sink);
    // A service request reaches a capture stream as PutMessage(NULL); that is when it builds its events.
    const release = this.#join(made.serviceGroup, { requestService: () => mxf.putMessage(null) });
    return {
      stream: mxf,
      setState(state) {
        mxf.setState(state);
        pipeline.setState(state);
      },
      read: (read) => pipeline.read(read),
      onLost: lost.event,
      close() {
        failed?.dispose();
        lost.dispose();
        release();
        pipeline.setState('STOP');
        mxf.disconnectOutput(pipeline.sink);
        mxf.dispose();
      },
    };
  }

  #midiPin(miniport: MiniportMidi, pinId: number, capture: boolean, format: DataFormat): PinInstanceParts {
    const made = miniport.newStream(pinId, capture, format);
    if ('hosted' in made) return hostedPin(made.hosted, capture, recordFormat(format));
    const { stream, serviceGroup } = made;
    const allocator = new EventAllocator();
    const flow = capture
      ? this.#midiCapture(stream, allocator, format)
      : this.#midiRender(stream, allocator, format);
    // The miniport's group has it serviced first; a stream's group of its own has to do so too.
    const group = serviceGroup ?? this.#serviceGroup;
    const isOwn = group !== this.#serviceGroup;
    const release = this.#join(group, {
      requestService() {
        if (isOwn) miniport.service();
        flow.serviced();
      },
    });
    return {
      stream,
      ...flow.parts,
      setFormat: (newFormat) => stream.setFormat(newFormat),
      close() {
        release();
        flow.parts.close();
      },
    };
  }

  #midiRender(stream: MiniportMidiStream, allocator: AllocatorMxf, format: DataFormat): MidiFlow {
    const lost = new Emitter<string>();
    const miniport = new MidiRenderMxf({
      stream,
      allocator,
      scheduler: this.services.scheduler,
      broken: (error) => lost.fire(error instanceof Error ? error.message : String(error)),
    });
    const pipeline = new TimedRenderPipeline({
      ...this.services,
      allocator,
      miniport,
      format: recordFormat(format),
      // Bytes have no stamps: they go when they are due.
      schedulePreFetch: referenceTime(0),
      silenceOnStop: stream.silenceOnStop ?? false,
    });
    return {
      serviced: () => undefined,
      parts: {
        setState: (state) => pipeline.setState(state),
        write: (startTime, records) => pipeline.write(startTime, records),
        close() {
          pipeline.dispose();
          miniport.dispose();
          lost.dispose();
        },
        onLost: lost.event,
      },
    };
  }

  #midiCapture(stream: MiniportMidiStream, allocator: AllocatorMxf, format: DataFormat): MidiFlow {
    const { masterClock } = this.services;
    const pipeline = new CapturePipeline({ allocator, masterClock, format: recordFormat(format) });
    return {
      serviced() {
        // One clock reading for all bytes of a service call.
        const time = masterClock.now();
        for (;;) {
          const event = allocator.getMessage();
          const buffer = allocator.getBuffer();
          const length = stream.read(buffer);
          if (length <= 0) {
            allocator.putBuffer(buffer);
            allocator.putMessage(event);
            return;
          }
          giveBuffer(allocator, event, buffer, length);
          event.channelGroup = 1;
          event.presentationTime = time;
          event.flags = KERNEL_EVENT_FLAGS.incomplete;
          pipeline.sink.putMessage(event);
        }
      },
      parts: {
        setState(state) {
          stream.setState(state);
          pipeline.setState(state);
        },
        read: (read) => pipeline.read(read),
        close() {
          pipeline.setState('STOP');
          stream.dispose();
        },
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

type NewMxfStream = Extract<NewDMusStream, { mxf: MxfStream }>;

/** The port's half of a pin on a byte stream. */
interface MidiFlow {
  /** The miniport was serviced: there may be bytes to read. */
  serviced(): void;
  readonly parts: Omit<PinInstanceParts, 'stream'>;
}

const NO_SERVICE: ServiceSink = { requestService: () => undefined };

/** The records of a stream: KSMUSICFORMAT on a legacy MIDI pin, DMUS_EVENTHEADER on a DirectMusic pin. */
function recordFormat(format: DataFormat): RecordFormat {
  return format.subFormat === KSDATAFORMAT_SUBTYPE.MIDI ? 'MIDI' : 'DIRECTMUSIC';
}

/** An OUT pin captures MIDI, or it is where the sound of a software synthesizer comes out. */
function streamTypeOf(capture: boolean, format: DataFormat): DMusStreamType {
  if (!capture) return 'DMUS_STREAM_MIDI_RENDER';
  return format.majorFormat === KSDATAFORMAT_TYPE.AUDIO
    ? 'DMUS_STREAM_WAVE_SINK'
    : 'DMUS_STREAM_MIDI_CAPTURE';
}

function hostedPin(stream: HostedDMusStream, capture: boolean, format: RecordFormat): PinInstanceParts {
  const legacy = format === 'MIDI' ? new LegacyRecords() : undefined;
  const write = (startTime: ReferenceTime, records: Uint8Array) =>
    stream.putBuffer(startTime, legacy ? legacy.rewrite(startTime, records) : records);
  return {
    stream,
    setState(state) {
      stream.setState(state);
      if (state === 'STOP') legacy?.reset();
    },
    ...(capture ? {} : { write }),
    close: () => stream.close(),
    onPosition: stream.onPosition,
    onLost: stream.onLost,
  };
}
