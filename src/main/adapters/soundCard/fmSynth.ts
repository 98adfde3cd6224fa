import { Emitter } from '../../../contract/emitter.ts';
import type { FmChoice } from '../../../contract/fmSynth.ts';
import { chain, filterPin, type FilterDescriptor } from '../../engine/ks/descriptor.ts';
import { streamPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import { KSMUSIC_TECHNOLOGY, musicRange, type DataRange } from '../../engine/ks/format.ts';
import { guid, KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
import {
  KSPROPERTY_SYNTH,
  SYNTH_EFFECT,
  SYNTH_PC,
  type SynthCaps,
} from '../../engine/ks/properties/synth.ts';
import { AutomationTable, propertyItem, Qualified } from '../../engine/ks/property.ts';
import type { HostedDMusStream } from '../../engine/portcls/ports/dmus.ts';
import type { MiniportMidi, NewMidiStream } from '../../engine/portcls/ports/midi.ts';
import { CardPartMiniport } from './cardPart.ts';
import type { CardHardware, CardStream } from './cardHardware.ts';
import { hardwareRefusal } from './hardwareRefusal.ts';
import { grantPortParameters, isSameGrant } from './synthLimits.ts';

/** Pin ids of the filter. */
export const FM_MIDI_PIN = 0;
export const FM_LINK_PIN = 1;

/** Clients that may play at the same time; each has chips of its own, which take 4 % of a core. */
const MAX_STREAMS = 4;
/** Two-operator voices. */
const VOICES: Readonly<Record<FmChoice['chip'], number>> = { opl3: 36, opl2: 18 };
const CHIP_NAMES: Readonly<Record<FmChoice['chip'], string>> = { opl3: 'OPL3', opl2: 'OPL2' };
const FM_GUID = guid('0B7D6C52-93E4-4D0A-8A7F-51C2E6B0D9A4');
const LIMITS = { channelGroups: 1, audioChannels: 2, effects: SYNTH_EFFECT.NONE } as const;

/**
 * The card's FM synthesizer, CLSID_MiniportDriverFmSynth: a MIDI stream pin, one synthesizer node, and a wired pin that
 * carries its sound to the render topology. It is an IMiniportMidi as a UART is. Specification 4.6, 4.10.
 *
 * The port's sequencer and the chips run in the device host, where an event finds its sample; this half opens the
 * streams and hands over records and states.
 */
export class FmSynthMiniport extends CardPartMiniport implements MiniportMidi {
  readonly #hardware: CardHardware;
  readonly #wire: DataRange;
  readonly #choice: () => FmChoice;

  /** `wire`: what goes to the render topology. `choice` is asked for every stream that is opened. */
  constructor(hardware: CardHardware, wire: DataRange, choice: () => FmChoice) {
    super(hardware, 'fm');
    this.#hardware = hardware;
    this.#wire = wire;
    this.#choice = choice;
  }

  init(): void {
    // Streams carry everything.
  }

  /** Chips that are rendered do not interrupt. */
  service(): void {}

  getDescription(): FilterDescriptor {
    return {
      pins: [
        streamPin(MAX_STREAMS, {
          dataFlow: 'IN',
          dataRanges: [
            musicRange('MIDI', KSMUSIC_TECHNOLOGY.FMSYNTH),
            musicRange('DIRECTMUSIC', KSMUSIC_TECHNOLOGY.FMSYNTH),
          ],
          category: KSCATEGORY.AUDIO,
          name: KSAUDFNAME.MIDI,
        }),
        wirePin({ dataFlow: 'OUT', dataRanges: [this.#wire], category: KSNODETYPE.SYNTHESIZER }),
      ],
      nodes: [{ type: KSNODETYPE.SYNTHESIZER, name: null, automation: this.#automation() }],
      connections: chain(filterPin(FM_MIDI_PIN), [0], filterPin(FM_LINK_PIN)),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.SYNTHESIZER],
    };
  }

  newStream(): NewMidiStream {
    try {
      return { hosted: hosted(this.#hardware.openStream('fm', { kind: 'fm', ...this.#choice() })) };
    } catch (error) {
      throw hardwareRefusal(error);
    }
  }

  #automation(): AutomationTable {
    return new AutomationTable([
      propertyItem({ property: KSPROPERTY_SYNTH.CAPS, perPin: true, get: () => this.#caps() }),
      propertyItem({
        property: KSPROPERTY_SYNTH.PORTPARAMETERS,
        perPin: true,
        get: (wish) => {
          const voices = VOICES[this.#choice().chip];
          const granted = grantPortParameters(wish, {
            ...LIMITS,
            voices,
            sampleRate: this.#hardware.sampleRate,
          });
          return isSameGrant(granted, wish) ? granted : new Qualified(granted, 'STATUS_NOT_ALL_ASSIGNED');
        },
      }),
    ]);
  }

  #caps(): SynthCaps {
    const { chip } = this.#choice();
    return {
      guid: FM_GUID,
      flags: SYNTH_PC.GMINHARDWARE,
      memorySize: 0,
      maxChannelGroups: LIMITS.channelGroups,
      maxVoices: VOICES[chip],
      maxAudioChannels: LIMITS.audioChannels,
      effectFlags: LIMITS.effects,
      description: `Pinwheel FM (${CHIP_NAMES[chip]})`,
    };
  }
}

function hosted(stream: CardStream): HostedDMusStream {
  const lost = new Emitter<string>();
  stream.onLost(() => lost.fire('the sound device stopped answering'));
  return {
    setState: (state) => stream.setState(state),
    putBuffer: (startTime, records) => stream.write(startTime, records),
    close() {
      stream.close();
      lost.dispose();
    },
    onPosition: stream.onPosition,
    onLost: lost.event,
  };
}
