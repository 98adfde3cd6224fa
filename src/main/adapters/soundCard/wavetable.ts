import { referenceTime } from '../../../contract/units.ts';
import { chain, filterPin, type FilterDescriptor } from '../../engine/ks/descriptor.ts';
import { streamPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import { KSMUSIC_TECHNOLOGY, musicRange, type DataRange } from '../../engine/ks/format.ts';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
import type { MiniportDMus, NewDMusStream } from '../../engine/portcls/ports/dmus.ts';
import { CardPartMiniport } from './cardPart.ts';
import type { CardHardware } from './cardHardware.ts';
import { hardwareRefusal } from './hardwareRefusal.ts';
import { DownloadBudget, SynthPin } from './synthPin.ts';
import { SYNTH_NODE_AUTOMATION } from './synthProperties.ts';

/** Pin ids of the filter. */
export const MIDI_OUT_PIN = 0;
export const SYNTH_LINK_PIN = 1;

/** Clients that may play on the synthesizer at the same time. */
const MAX_STREAMS = 16;

/**
 * The card's wavetable synthesizer: a DirectMusic and MIDI stream pin, one synthesizer node, and a wired pin that
 * carries its sound to the render topology. It counts as hardware. Specification 9.1, 4.6.
 *
 * The streams' unpacker, sequencer, wave sink and voices run in the device host; this half opens them and hands
 * over records and states.
 */
export class WavetableMiniport extends CardPartMiniport implements MiniportDMus {
  readonly #hardware: CardHardware;
  readonly #budget = new DownloadBudget();
  readonly #wire: DataRange;
  readonly #limited: () => boolean;

  /** `wire`: what goes to the render topology. `limited`: streams opened now get a limiter. */
  constructor(hardware: CardHardware, wire: DataRange, limited: () => boolean) {
    super(hardware, 'wavetable');
    this.#hardware = hardware;
    this.#wire = wire;
    this.#limited = limited;
  }

  init(): void {
    // The card keeps no state of its own for this filter; streams carry everything.
  }

  getDescription(): FilterDescriptor {
    return {
      pins: [
        streamPin(MAX_STREAMS, {
          dataFlow: 'IN',
          dataRanges: [
            musicRange('MIDI', KSMUSIC_TECHNOLOGY.WAVETABLE),
            musicRange('DIRECTMUSIC', KSMUSIC_TECHNOLOGY.WAVETABLE),
          ],
          category: KSCATEGORY.AUDIO,
          name: KSAUDFNAME.MIDI,
        }),
        wirePin({ dataFlow: 'OUT', dataRanges: [this.#wire], category: KSNODETYPE.SYNTHESIZER }),
      ],
      nodes: [{ type: KSNODETYPE.SYNTHESIZER, name: null, automation: SYNTH_NODE_AUTOMATION }],
      connections: chain(filterPin(MIDI_OUT_PIN), [0], filterPin(SYNTH_LINK_PIN)),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.SYNTHESIZER],
    };
  }

  newStream(...[, , , { masterClock }]: Parameters<MiniportDMus['newStream']>): NewDMusStream {
    try {
      const stream = this.#hardware.openStream('synth', {
        kind: 'wavetable',
        limiter: this.#limited(),
      });
      const pin = new SynthPin(stream, this.#hardware, masterClock, this.#budget);
      // The synthesizer itself places every event on its sample, so it wants them as early as they come.
      return { stream: pin, schedulePreFetch: referenceTime(Number.MAX_SAFE_INTEGER) };
    } catch (error) {
      throw hardwareRefusal(error);
    }
  }
}
