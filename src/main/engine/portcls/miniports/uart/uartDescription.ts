import {
  chain,
  connection,
  filterPin,
  nodePin,
  NODE_PIN,
  type FilterDescriptor,
  type NodeDescriptor,
} from '../../../ks/descriptor.ts';
import { streamPin, wirePin } from '../../../ks/pinDescriptors.ts';
import { KSMUSIC_TECHNOLOGY, MIDI_BUS_RANGE, musicRange, type DataRange } from '../../../ks/format.ts';
import { guid, KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../../ks/guid.ts';
import { AutomationTable, propertyItem, Qualified } from '../../../ks/property.ts';
import {
  KSPROPERTY_SYNTH,
  SYNTH_EFFECT,
  SYNTH_PC,
  SYNTH_PORTPARAMS,
  type SynthCaps,
  type SynthPortParams,
} from '../../../ks/properties/synth.ts';

/** Pins, nodes and connections of a UART filter. Specification 4.9. */

export const UART_PIN = {
  MIDI_OUT: 0,
  DIRECTMUSIC_OUT: 1,
  OUT_CABLE: 2,
  IN_CABLE: 3,
  MIDI_IN: 4,
} as const;

/** Neither voices nor audio channels are the port's to count. */
const NOT_APPLICABLE = 0xffffffff;

export const UART_SYNTH_CAPS: SynthCaps = {
  guid: guid('E5E0B1C4-7D6A-4F0C-9B53-2A64D1E1F401'),
  flags: SYNTH_PC.EXTERNAL,
  memorySize: 0,
  maxChannelGroups: 1,
  maxVoices: NOT_APPLICABLE,
  maxAudioChannels: NOT_APPLICABLE,
  effectFlags: SYNTH_EFFECT.NONE,
  description: 'MPU-401',
};

/** One channel group and no effects; whatever else is wished goes back as it came. Specification 4.8. */
function grantPortParameters(wish: SynthPortParams) {
  const valid = (bit: number) => (wish.validParams & bit) !== 0;
  const channelGroups = valid(SYNTH_PORTPARAMS.CHANNELGROUPS) ? 1 : wish.channelGroups;
  const effectsFlags = valid(SYNTH_PORTPARAMS.EFFECTS) ? SYNTH_EFFECT.NONE : wish.effectsFlags;
  const unchanged = channelGroups === wish.channelGroups && effectsFlags === wish.effectsFlags;
  return new Qualified(
    { ...wish, channelGroups, effectsFlags },
    unchanged ? 'STATUS_SUCCESS' : 'STATUS_NOT_ALL_ASSIGNED',
  );
}

/**
 * The description with the technology that `SetTechnology` asked for. Hardware that has only one half has only that
 * half's pins and node; `UART_PIN` numbers the pins of a whole one.
 */
export function uartDescription(
  technology = KSMUSIC_TECHNOLOGY.PORT,
  { canRender = true, canCapture = true } = {},
): FilterDescriptor {
  const midi = musicRange('MIDI', technology);
  const directMusic = musicRange('DIRECTMUSIC', technology);
  const output = canRender ? outputHalf(midi, directMusic) : NO_HALF;
  const input = canCapture ? inputHalf(midi, directMusic, output) : NO_HALF;
  return {
    pins: [...output.pins, ...input.pins],
    nodes: [...output.nodes, ...input.nodes],
    connections: [...output.connections, ...input.connections],
    categories: [
      KSCATEGORY.AUDIO,
      ...(canRender ? [KSCATEGORY.RENDER] : []),
      ...(canCapture ? [KSCATEGORY.CAPTURE] : []),
    ],
  };
}

type Half = Pick<FilterDescriptor, 'pins' | 'nodes' | 'connections'>;

const NO_HALF: Half = { pins: [], nodes: [], connections: [] };

function outputHalf(midi: DataRange, directMusic: DataRange): Half {
  const node = 0;
  return {
    pins: [
      streamPin(1, { category: KSCATEGORY.AUDIO, dataFlow: 'IN', dataRanges: [midi], name: KSAUDFNAME.MIDI }),
      streamPin(1, {
        category: KSCATEGORY.AUDIO,
        dataFlow: 'IN',
        dataRanges: [directMusic],
        name: KSAUDFNAME.DMUSIC_MPU_OUT,
      }),
      // The table gives the cables no names; a category of its own keeps each of them unique.
      wirePin({
        dataRanges: [MIDI_BUS_RANGE],
        dataFlow: 'OUT',
        category: KSNODETYPE.SYNTHESIZER,
        nameText: 'MIDI Out',
      }),
    ],
    nodes: [synthesizerNode('MIDI Out')],
    connections: [
      connection(filterPin(UART_PIN.MIDI_OUT), filterPin(UART_PIN.OUT_CABLE)),
      connection(filterPin(UART_PIN.DIRECTMUSIC_OUT), nodePin(node, NODE_PIN.IN)),
      connection(nodePin(node, NODE_PIN.OUT), filterPin(UART_PIN.OUT_CABLE)),
    ],
  };
}

/** The input comes behind what is there `before`. */
function inputHalf(midi: DataRange, directMusic: DataRange, before: Half): Half {
  const cable = before.pins.length;
  const node = before.nodes.length;
  return {
    pins: [
      wirePin({
        dataRanges: [MIDI_BUS_RANGE],
        dataFlow: 'IN',
        category: KSNODETYPE.DIGITAL_AUDIO_INTERFACE,
        nameText: 'MIDI In',
      }),
      streamPin(1, {
        category: KSCATEGORY.AUDIO,
        dataFlow: 'OUT',
        dataRanges: [midi, directMusic],
        name: KSAUDFNAME.DMUSIC_MPU_IN,
      }),
    ],
    nodes: [synthesizerNode('MIDI In')],
    connections: chain(filterPin(cable), [node], filterPin(cable + 1)),
  };
}

function synthesizerNode(nameText: string): NodeDescriptor {
  return {
    type: KSNODETYPE.SYNTHESIZER,
    name: null,
    nameText,
    automation: new AutomationTable([
      propertyItem({ property: KSPROPERTY_SYNTH.CAPS, perPin: true, get: () => UART_SYNTH_CAPS }),
      propertyItem({ property: KSPROPERTY_SYNTH.PORTPARAMETERS, perPin: true, get: grantPortParameters }),
    ]),
  };
}
