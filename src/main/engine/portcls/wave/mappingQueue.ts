import type { StreamWrite } from '../../ks/pin.ts';
import { KsError } from '../../ks/status.ts';
import { LoopCursor } from './loopCursor.ts';
import { PacketQueue, type ClientBuffer, type Packet } from './packetQueue.ts';

const PAGE_SIZE = 4096;
/** A mapping spans at most 16 pages. Specification 3.4. */
const MAPPING_BYTES = 16 * PAGE_SIZE;

/** One piece of a client's buffer, as IPortWavePciStream::GetMapping hands it out. */
export interface Mapping {
  readonly bytes: Uint8Array;
  /** `Flags` ≠ 0: the last mapping of its packet. */
  readonly last: boolean;
}

/** IPortWavePciStream, with IPreFetchOffset. Specification 3.4. */
export interface PortWavePciStream {
  /**
   * GetMapping.
   * @throws KsError STATUS_NOT_FOUND when none is left; `mappingAvailable` is called later, then only.
   *   STATUS_INVALID_PARAMETER for a tag that is held
   */
  getMapping(tag: number): Mapping;
  /** ReleaseMapping, in the order of acquisition. @throws KsError STATUS_INVALID_PARAMETER for any other tag */
  releaseMapping(tag: number): void;
  /** TerminatePacket: the present packet ends here. @throws KsError STATUS_INVALID_DEVICE_STATE without one */
  terminatePacket(): void;
  /** IPreFetchOffset::SetPreFetchOffset, bytes: from now on write cursor = play cursor + offset. */
  setPreFetchOffset(offset: number): void;
}

/** What the queue needs of the miniport's stream. */
export interface MappingTaker {
  /** MappingAvailable */
  mappingAvailable(): void;
  /** RevokeMappings: drops mappings from first to last inclusive and answers how many it held. */
  revokeMappings(firstTag: number, lastTag: number): number;
}

interface HeldMapping {
  readonly tag: number;
  readonly packet: Packet;
  readonly length: number;
  last: boolean;
}

/**
 * The port's half of a WavePci stream: client buffers are cut into mappings, which the miniport's stream takes with
 * tags of its own and gives back in the same order. Specification 3.4, 3.5.
 */
export class MappingQueue implements PortWavePciStream {
  readonly #queue = new PacketQueue();
  readonly #cursor = new LoopCursor();
  #held: HeldMapping[] = [];
  #taker: MappingTaker | undefined;
  /** A `getMapping` was refused since the last buffer came. */
  #refused = false;
  #preFetchOffset: number | undefined;
  /** Bytes in mappings given back. */
  #released = 0;

  /** The miniport's stream, which exists only after it was given the queue. */
  attach(taker: MappingTaker): void {
    this.#taker = taker;
  }

  /** Tags the miniport holds, in order of acquisition. */
  get heldTags(): number[] {
    return this.#held.map(({ tag }) => tag);
  }

  /** Bytes in mappings that were given back: the read cursor of a capture stream. */
  get released(): number {
    return this.#released;
  }

  /** One buffer to play. @throws KsError STATUS_INVALID_DEVICE_REQUEST for a looped buffer that is not alone */
  write(bytes: Uint8Array, header: StreamWrite): void {
    const start = this.#queue.taken;
    this.add({ bytes, ...header, completed: (status) => header.completed?.(status) });
    if (header.looped) this.#cursor.loop(bytes.length, start);
  }

  /** One buffer to play or to fill. @throws KsError STATUS_INVALID_DEVICE_REQUEST behind a looped buffer */
  add(buffer: ClientBuffer): void {
    this.#queue.add(buffer);
    if (!this.#refused) return;
    this.#refused = false;
    this.#taker?.mappingAvailable();
  }

  getMapping(tag: number): Mapping {
    if (this.#held.some((each) => each.tag === tag)) {
      throw new KsError('STATUS_INVALID_PARAMETER', `Tag ${tag} is in use: tags are unique.`);
    }
    const piece = this.#queue.next(MAPPING_BYTES);
    if (!piece) {
      this.#refused = true;
      throw new KsError('STATUS_NOT_FOUND', `There is no mapping for tag ${tag}: no buffer is queued.`);
    }
    const { packet, bytes, last } = piece;
    this.#held.push({ tag, packet, length: bytes.length, last });
    return { bytes, last };
  }

  releaseMapping(tag: number): void {
    const [mapping] = this.#held;
    if (mapping?.tag !== tag) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `The mapping with tag ${tag} is not the next to be released.`,
      );
    }
    this.#held.shift();
    const { packet, length, last } = mapping;
    this.#released += length;
    packet.used += length;
    if (last && !packet.buffer.looped) packet.complete('STATUS_SUCCESS');
  }

  terminatePacket(): void {
    const packet = this.#queue.terminate();
    if (!packet) throw new KsError('STATUS_INVALID_DEVICE_STATE', 'There is no packet to end.');
    const mapping = this.#held.at(-1);
    if (mapping?.packet === packet) mapping.last = true;
    else packet.complete('STATUS_SUCCESS');
  }

  setPreFetchOffset(offset: number): void {
    if (!Number.isInteger(offset) || offset < 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `A pre-fetch offset of ${offset} bytes is impossible.`);
    }
    this.#preFetchOffset = offset;
  }

  /** Play and write cursor of a render stream whose miniport counts `played` bytes. */
  renderPosition(played: number): { playOffset: number; writeOffset: number } {
    const playOffset = this.#cursor.at(played);
    const writeOffset =
      this.#preFetchOffset === undefined
        ? this.#cursor.at(Math.max(played, this.#queue.taken))
        : this.#cursor.ahead(played, this.#preFetchOffset);
    return { playOffset, writeOffset };
  }

  /**
   * Moves the cursor of the looped buffer. Mappings the miniport holds are revoked, in RUN all but the one in flight.
   * `played`: bytes the miniport counts.
   * @throws KsError STATUS_INVALID_DEVICE_REQUEST without a looped buffer, STATUS_INVALID_PARAMETER beyond its end
   */
  seek(offset: number, running: boolean, played: number): void {
    this.#queue.seek(offset);
    const from = Math.max(played, this.#queue.taken - this.#revoke(running ? 1 : 0));
    this.#queue.rewind(from);
    this.#cursor.moveTo(offset, from);
    if (!this.#refused) return;
    this.#refused = false;
    this.#taker?.mappingAvailable();
  }

  /** STOP: mappings are revoked, buffers cancelled, and the next byte is byte 0 again. */
  reset(): void {
    const left = this.#held.map(({ packet }) => packet);
    this.#revoke(0);
    this.#cursor.reset();
    this.#refused = false;
    this.#released = 0;
    const unfinished = new Set(left);
    const present = this.#queue.terminate();
    if (present) unfinished.add(present);
    for (const packet of unfinished) packet.complete('STATUS_CANCELLED');
    this.#queue.cancel();
  }

  /** Takes back the mappings from the `keep`th on; answers their bytes. */
  #revoke(keep: number): number {
    const revoked = this.#held.splice(keep);
    const [first, last] = [revoked[0], revoked.at(-1)];
    if (first && last) this.#taker?.revokeMappings(first.tag, last.tag);
    return revoked.reduce((sum, { length }) => sum + length, 0);
  }
}
