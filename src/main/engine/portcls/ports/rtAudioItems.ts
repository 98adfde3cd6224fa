import { KSPROPERTY_RTAUDIO, type RtNotificationInstance } from '../../ks/properties/rtAudio.ts';
import { propertyItem, type Property, type PropertyItem } from '../../ks/property.ts';
import { KsError } from '../../ks/status.ts';
import type {
  AudioBuffer,
  HardwareRegister,
  MiniportWaveRTInputStream,
  MiniportWaveRTOutputStream,
  MiniportWaveRTStream,
  MiniportWaveRTStreamNotification,
  NotificationEvent,
} from './waveRT.ts';

/** KSPROPSETID_RtAudio of a WaveRT pin, over its miniport's stream. Specification 3.6. */

const FIRST_ADDRESS = 0x10000;

/** What clients name by a number: mapped memory and events. */
export class RtAddresses {
  readonly #objects = new Map<number, Uint8Array | NotificationEvent>();
  #next = FIRST_ADDRESS;

  add(object: Uint8Array | NotificationEvent): number {
    const address = this.#next;
    this.#next += FIRST_ADDRESS;
    this.#objects.set(address, object);
    return address;
  }

  remove(address: number): void {
    this.#objects.delete(address);
  }

  /** The buffer mapped there. @throws KsError STATUS_NOT_FOUND */
  memory(address: number): Uint8Array {
    const object = this.#objects.get(address);
    if (object instanceof Uint8Array) return object;
    throw new KsError('STATUS_NOT_FOUND', `No audio buffer is mapped at address ${address}.`);
  }

  /** @throws KsError STATUS_INVALID_PARAMETER for what is no event’s handle */
  event(handle: number): NotificationEvent {
    const object = this.#objects.get(handle);
    if (typeof object === 'function') return object;
    throw new KsError('STATUS_INVALID_PARAMETER', `${handle} is no event handle.`);
  }
}

/** The cyclic buffer of one pin: allocated once, freed when the pin closes. */
export class RtBuffer {
  readonly #stream: MiniportWaveRTStream;
  readonly #addresses: RtAddresses;
  #allocated: { buffer: AudioBuffer; address: number; free(): void } | undefined;

  constructor(stream: MiniportWaveRTStream, addresses: RtAddresses) {
    this.#stream = stream;
    this.#addresses = addresses;
  }

  /**
   * Answers KSRTAUDIO_BUFFER. `notificationCount` 1 = at the end of the buffer, 2 = in the middle and at the end.
   * @throws KsError STATUS_INVALID_DEVICE_STATE when the pin has a buffer, STATUS_NOT_SUPPORTED when the stream has no
   *   notifications, STATUS_INVALID_PARAMETER for another count, or the miniport's refusal
   */
  allocate(requestedSize: number, notificationCount?: number) {
    if (this.#allocated) {
      throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The pin has its buffer already.');
    }
    const { buffer, free } =
      notificationCount === undefined
        ? this.#plain(requestedSize)
        : this.#notified(requestedSize, notificationCount);
    const { memory, offset, actualSize, cacheType } = buffer;
    const address = this.#addresses.add(memory.subarray(offset, offset + actualSize));
    this.#allocated = { buffer, address, free };
    return {
      bufferAddress: address,
      actualBufferSize: actualSize,
      callMemoryBarrier: cacheType === 'writeCombined',
    };
  }

  free(): void {
    if (!this.#allocated) return;
    this.#addresses.remove(this.#allocated.address);
    this.#allocated.free();
    this.#allocated = undefined;
  }

  #plain(requestedSize: number) {
    const buffer = this.#stream.allocateAudioBuffer(requestedSize);
    return { buffer, free: () => this.#stream.freeAudioBuffer(buffer) };
  }

  #notified(requestedSize: number, count: number) {
    const stream = notifying(this.#stream);
    if (count !== 1 && count !== 2) {
      throw new KsError('STATUS_INVALID_PARAMETER', `A buffer has 1 or 2 notifications, not ${count}.`);
    }
    const buffer = stream.allocateBufferWithNotification(count, requestedSize);
    return { buffer, free: () => stream.freeBufferWithNotification(buffer) };
  }
}

/** KSPROPSETID_RtAudio as far as it is about the cyclic buffer. */
export function rtBufferItems(buffer: RtBuffer): PropertyItem[] {
  return [
    propertyItem({
      property: KSPROPERTY_RTAUDIO.BUFFER,
      get: ({ requestedBufferSize }) => buffer.allocate(requestedBufferSize),
    }),
    propertyItem({
      property: KSPROPERTY_RTAUDIO.BUFFER_WITH_NOTIFICATION,
      get: ({ requestedBufferSize, notificationCount }) =>
        buffer.allocate(requestedBufferSize, notificationCount),
    }),
  ];
}

/** What the miniport's stream answers by itself: latency, registers, events and packets. */
export function rtStreamItems(stream: MiniportWaveRTStream, addresses: RtAddresses): PropertyItem[] {
  return [
    propertyItem({ property: KSPROPERTY_RTAUDIO.HWLATENCY, get: () => stream.getHWLatency() }),
    propertyItem({
      property: KSPROPERTY_RTAUDIO.POSITIONREGISTER,
      get: mappedOnce('position', () => stream.getPositionRegister()),
    }),
    propertyItem({
      property: KSPROPERTY_RTAUDIO.CLOCKREGISTER,
      get: mappedOnce('clock', () => stream.getClockRegister()),
    }),
    propertyItem({
      property: KSPROPERTY_RTAUDIO.QUERY_NOTIFICATION_SUPPORT,
      get: () => hasNotification(stream),
    }),
    eventItem(KSPROPERTY_RTAUDIO.REGISTER_NOTIFICATION_EVENT, (handle) =>
      notifying(stream).registerNotificationEvent(addresses.event(handle)),
    ),
    eventItem(KSPROPERTY_RTAUDIO.UNREGISTER_NOTIFICATION_EVENT, (handle) =>
      notifying(stream).unregisterNotificationEvent(addresses.event(handle)),
    ),
    propertyItem({ property: KSPROPERTY_RTAUDIO.PACKETCOUNT, get: () => rendering(stream).getPacketCount() }),
    propertyItem({
      property: KSPROPERTY_RTAUDIO.PRESENTATION_POSITION,
      get: () => rendering(stream).getOutputStreamPresentationPosition(),
    }),
    propertyItem({
      property: KSPROPERTY_RTAUDIO.SETWRITEPACKET,
      set: (_instance, { packetNumber, flags, eosPacketLength }) =>
        rendering(stream).setWritePacket(packetNumber, flags, eosPacketLength),
    }),
    propertyItem({
      property: KSPROPERTY_RTAUDIO.GETREADPACKET,
      get() {
        const { performanceCounter, ...packet } = recording(stream).getReadPacket();
        return { ...packet, performanceCounterValue: performanceCounter };
      },
    }),
  ];
}

/** A request about one event, as get or as set. */
function eventItem(
  property: Property<RtNotificationInstance, number>,
  act: (handle: number) => void,
): PropertyItem {
  return propertyItem({
    property,
    get({ notificationEvent }) {
      act(notificationEvent);
      return notificationEvent;
    },
    set: ({ notificationEvent }) => act(notificationEvent),
  });
}

function hasNotification(stream: MiniportWaveRTStream): stream is MiniportWaveRTStreamNotification {
  return 'registerNotificationEvent' in stream;
}

/** @throws KsError STATUS_NOT_SUPPORTED */
function notifying(stream: MiniportWaveRTStream): MiniportWaveRTStreamNotification {
  if (hasNotification(stream)) return stream;
  throw new KsError('STATUS_NOT_SUPPORTED', 'This stream signals no events.');
}

/** @throws KsError STATUS_NOT_SUPPORTED */
function rendering(stream: MiniportWaveRTStream): MiniportWaveRTOutputStream {
  if ('getPacketCount' in stream) return stream as MiniportWaveRTOutputStream;
  throw new KsError('STATUS_NOT_SUPPORTED', 'This stream does not render packets.');
}

/** @throws KsError STATUS_NOT_SUPPORTED */
function recording(stream: MiniportWaveRTStream): MiniportWaveRTInputStream {
  if ('getReadPacket' in stream) return stream as MiniportWaveRTInputStream;
  throw new KsError('STATUS_NOT_SUPPORTED', 'This stream does not record packets.');
}

/** A register is mapped once per pin lifetime. The status of a second request is UNCONFIRMED. */
function mappedOnce(name: string, map: () => HardwareRegister): () => HardwareRegister {
  let mapped = false;
  return () => {
    if (mapped) throw new KsError('STATUS_UNSUCCESSFUL', `The ${name} register is mapped already.`);
    const register = map();
    mapped = true;
    return register;
  };
}
