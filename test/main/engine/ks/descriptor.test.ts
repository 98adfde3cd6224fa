import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nodeName,
  pinName,
  validateDescriptor,
  type FilterDescriptor,
} from '../../../../src/main/engine/ks/descriptor.ts';
import { KSAUDFNAME, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { missingProperty } from '../../../../src/main/engine/ks/nodes/requirements.ts';
import { AutomationTable } from '../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_TOPOLOGY } from '../../../../src/main/engine/ks/properties/topology.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import { completeNode, nodeItems, NODE_TYPES_WITH_PROPERTIES } from '../../../support/completeNode.ts';
import { streamPin } from '../../../support/ksFilter.ts';
import { broken, MISTAKES, validDescriptor } from '../../../support/randomDescriptor.ts';
import { install, jack, testPortCls, topology, wires } from '../../../support/testFilters.ts';
import { fuzz } from '../../../support/fuzzing.ts';

const refusal = (descriptor: FilterDescriptor): string => {
  try {
    validateDescriptor(descriptor, 'F');
    return 'accepted';
  } catch (error) {
    if (error instanceof KsError && error.status === 'STATUS_INVALID_PARAMETER') return error.message;
    throw error;
  }
};

describe('random descriptors', () => {
  it(
    'that keep the rules are registered and answer their nodes and connections',
    { tags: 'fuzz' },
    async () => {
      await fuzz(
        'descriptors/valid',
        fc.property(validDescriptor, (descriptor) => {
          const portCls = testPortCls();
          const adapter = portCls.addAdapterDevice({ id: 'a', name: 'A', maxObjects: 1 });
          const { filter } = install(portCls, adapter, 'F', descriptor);
          expect(filter.get(KSPROPERTY_TOPOLOGY.NODES, undefined)).toHaveLength(descriptor.nodes.length);
          expect(filter.get(KSPROPERTY_TOPOLOGY.CONNECTIONS, undefined)).toEqual(descriptor.connections);
        }),
        { normal: 100, fuzz: 20_000 },
      );
    },
  );

  it.each(MISTAKES)(
    'with one mistake are refused by the name of the entry, and nothing is registered: %s',
    { tags: 'fuzz' },
    async (mistake) => {
      await fuzz(
        `descriptors/mistakes/${mistake}`,
        fc.property(validDescriptor, fc.nat(), (valid, pick) => {
          const { descriptor, entry } = broken(valid, mistake, pick);
          const portCls = testPortCls();
          const adapter = portCls.addAdapterDevice({ id: 'a', name: 'A', maxObjects: 1 });
          const told: string[] = [];
          portCls.onInterface(({ kind }) => told.push(kind));
          expect(() => install(portCls, adapter, 'F', descriptor)).toThrow(entry);
          expect(adapter.subdevices).toEqual([]);
          expect(told).toEqual([]);
          // The name is free and the only place is, too.
          install(portCls, adapter, 'F', valid);
        }),
        { normal: 20, fuzz: 2_000 },
      );
    },
  );
});

describe('what the descriptor of a node must answer', () => {
  it('is met by every node type with properties, and by none of them without', () => {
    for (const type of NODE_TYPES_WITH_PROPERTIES) {
      expect(missingProperty(type, new AutomationTable(nodeItems(type)))).toBeUndefined();
      expect(missingProperty(type, undefined)).toMatch(/^KSPROPERTY_/);
    }
    for (const type of [KSNODETYPE.SUM, KSNODETYPE.SRC, KSNODETYPE.DAC, KSNODETYPE.ADC, KSNODETYPE.SWMIDI]) {
      expect(missingProperty(type, undefined)).toBeUndefined();
    }
  });

  it('names the node, its type and the property', () => {
    const volume = { type: KSNODETYPE.VOLUME, name: KSAUDFNAME.MASTER_VOLUME };
    expect(
      refusal(topology([jack('OUT', KSNODETYPE.SPEAKER)], [completeNode(KSNODETYPE.SUM), volume], [])),
    ).toBe(
      'Filter “F”, node 1 (KSNODETYPE_VOLUME): does not answer KSPROPERTY_AUDIO_VOLUMELEVEL, which its type requires.',
    );
    const tone = { type: KSNODETYPE.TONE, name: null };
    expect(refusal(topology([jack('OUT', KSNODETYPE.SPEAKER)], [tone], []))).toContain(
      'KSPROPERTY_AUDIO_BASS or KSPROPERTY_AUDIO_MID or KSPROPERTY_AUDIO_TREBLE or KSPROPERTY_AUDIO_BASS_BOOST',
    );
  });
});

describe('descriptors', () => {
  it('21: two pins of one category without names are refused, with different names taken', () => {
    const pin = (name: typeof KSAUDFNAME.MIDI | null) => streamPin(1, { name });
    expect(refusal(topology([pin(null), pin(null)], [], []))).toContain('pin');
    expect(refusal(topology([pin(KSAUDFNAME.MIDI), pin(KSAUDFNAME.MIDI)], [], []))).toContain(
      'pin 1: has the same',
    );
    expect(refusal(topology([pin(KSAUDFNAME.MIDI), pin(KSAUDFNAME.AUX)], [], []))).toBe('accepted');
  });

  it('refuse two wires into one input of a mux, and allow a virtual sum elsewhere', () => {
    const wired = (type: typeof KSNODETYPE.MUX) =>
      topology(
        [
          jack('IN', KSNODETYPE.CD_PLAYER),
          jack('IN', KSNODETYPE.MICROPHONE),
          jack('OUT', KSNODETYPE.SPEAKER),
        ],
        [completeNode(type)],
        wires([-1, 0, 0, 1], [-1, 1, 0, 1], [0, 0, -1, 2]),
      );
    expect(refusal(wired(KSNODETYPE.MUX))).toContain('connection 1: leads to input 1 of a mux');
    expect(refusal(wired(KSNODETYPE.VOLUME))).toBe('accepted');
  });

  it('name pins by text, name and category, nodes by text, name and type', () => {
    expect(pinName(jack('OUT', KSNODETYPE.SPEAKER))).toBe('Speakers');
    expect(pinName(jack('OUT', KSNODETYPE.SPEAKER, KSAUDFNAME.VOLUME_CONTROL))).toBe('Volume Control');
    expect(pinName({ ...jack('OUT', KSNODETYPE.SPEAKER), nameText: 'Front' })).toBe('Front');
    expect(nodeName({ type: KSNODETYPE.MUX, name: null })).toBe('Source Selector');
    expect(nodeName({ type: KSNODETYPE.MUX, name: KSAUDFNAME.RECORDING_SOURCE })).toBe('Recording Source');
  });
});
