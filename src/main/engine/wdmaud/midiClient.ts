import type { Event } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { Filter } from '../ks/filter.ts';
import { KSCATEGORY, KSNODETYPE, type Guid } from '../ks/guid.ts';
import { KSDATAFORMAT_SPECIFIER, KSDATAFORMAT_SUBTYPE, KSDATAFORMAT_TYPE } from '../ks/format.ts';
import type { DataFormat } from '../ks/format.ts';
import { acceptsFormat } from '../ks/intersection.ts';
import { KsError } from '../ks/status.ts';
import { KSPROPERTY_SYNTH_DLS } from '../ks/properties/synth.ts';
import type { ConnectOptions, PinInstance } from '../ks/pin.ts';
import type { PortCls } from '../portcls/portcls.ts';

/** Format of a DirectMusic stream pin. Specification 4.1. */
export const DIRECTMUSIC_FORMAT: DataFormat = {
  majorFormat: KSDATAFORMAT_TYPE.MUSIC,
  subFormat: KSDATAFORMAT_SUBTYPE.DIRECTMUSIC,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
};

/**
 * A midiOut-like client: one open DirectMusic pin instance that takes time-stamped events. Specification 5, 4.2.
 */
export class MidiClient implements Disposable {
  readonly #pin: PinInstance;
  readonly onRemoved: Event<string>;

  private constructor(pin: PinInstance) {
    this.#pin = pin;
    this.onRemoved = pin.onRemoved;
  }

  /**
   * Opens the first synthesizer filter with a free DirectMusic pin, of one KSMUSIC_TECHNOLOGY if it is given.
   * @throws KsError STATUS_NOT_FOUND when there is none, or the failing status of the last pin tried
   */
  static openSynthesizer(portCls: PortCls, technology?: Guid, options?: ConnectOptions): MidiClient {
    let refusal: KsError | undefined;
    for (const { subdevices } of portCls.adapters) {
      for (const { categories, filter } of subdevices) {
        if (!categories.includes(KSCATEGORY.SYNTHESIZER)) continue;
        for (const [pinId, pin] of filter.descriptor.pins.entries()) {
          if (
            pin.dataFlow !== 'IN' ||
            !pin.dataRanges.some(
              (range) =>
                acceptsFormat(range, DIRECTMUSIC_FORMAT) &&
                (technology === undefined || range.music?.technology === technology),
            )
          )
            continue;
          try {
            return new MidiClient(filter.createPin(pinId, DIRECTMUSIC_FORMAT, options));
          } catch (error) {
            if (!(error instanceof KsError)) throw error;
            refusal = error;
          }
        }
      }
    }
    throw refusal ?? new KsError('STATUS_NOT_FOUND', 'There is no synthesizer to play on.');
  }

  /** Opens a DirectMusic render pin of a filter. @throws KsError as `Filter.createPin` */
  static openPin(filter: Filter, pinId: number, options?: ConnectOptions): MidiClient {
    return new MidiClient(filter.createPin(pinId, DIRECTMUSIC_FORMAT, options));
  }

  get onPosition(): Event<{ position: ReferenceTime }> | undefined {
    return this.#pin.onPosition;
  }

  get state(): StreamState {
    return this.#pin.state;
  }

  setState(state: StreamState): void {
    this.#pin.setState(state);
  }

  /** DMUS_EVENTHEADER records relative to presentation time `startTime`. */
  write(startTime: ReferenceTime, records: Uint8Array): void {
    this.#pin.write(startTime, records);
  }

  /**
   * Gives the synthesizer a wave or an instrument of this client's own; it is gone with the client. Specification 4.8.
   * @throws KsError of KSPROPERTY_SYNTH_DLS_DOWNLOAD; STATUS_NOT_FOUND when there is no synthesizer node
   */
  download(data: Uint8Array): void {
    const { nodes } = this.#pin.filter.descriptor;
    const node = nodes.findIndex(({ type }) => type === KSNODETYPE.SYNTHESIZER);
    if (node < 0) throw new KsError('STATUS_NOT_FOUND', 'The filter has no synthesizer node.');
    this.#pin.get(KSPROPERTY_SYNTH_DLS.DOWNLOAD, { data }, node);
  }

  dispose(): void {
    this.#pin.close();
  }
}
