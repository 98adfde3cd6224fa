import { describe, expect, it } from 'vitest';
import type { TopologySnapshot } from '../../../../src/contract/services/topology.ts';
import { drawingOf } from '../../../../src/renderer/panels/topology/graph/drawing.ts';
import { parseElementId } from '../../../../src/renderer/panels/topology/graph/elementId.ts';
import { faceText } from '../../../../src/renderer/panels/topology/graph/faceText.ts';
import { jackState } from '../../../../src/renderer/panels/topology/graph/jackState.ts';
import { instancesText, shownDots } from '../../../../src/renderer/panels/topology/graph/labels.ts';
import { livePaths, type Passing } from '../../../../src/renderer/panels/topology/graph/livePaths.ts';
import { searchDrawing } from '../../../../src/renderer/panels/topology/graph/search.ts';
import { walk } from '../../../../src/renderer/panels/topology/graph/walk.ts';
import {
  guidBytes,
  hexText,
  parseHex,
  requestBytes,
} from '../../../../src/renderer/panels/topology/inspector/propertyBytes.ts';
import { largeTopology } from '../../../support/largeTopology.ts';

const OPEN: Passing = { muted: () => false, selectedInput: () => undefined };
const studio = (change: (snapshot: TopologySnapshot) => void = () => {}) => {
  const snapshot = largeTopology({ cards: 1, strips: 2, inputs: 2 });
  change(snapshot);
  return drawingOf(snapshot, { collapsed: [], shown: () => true });
};
/** Only the first stream runs. */
const firstOnly = (snapshot: TopologySnapshot) => {
  for (const pin of snapshot.filters[0]!.pins.slice(1)) pin.open = [];
};
const recording = (snapshot: TopologySnapshot) => {
  firstOnly(snapshot);
  const { pins } = snapshot.filters[0]!;
  pins[4]!.open = pins[0]!.open;
  pins[0]!.open = [];
};
const volume = (index: number) => `node:card1/TopologyRender#${index * 3}`;
const gain = (index: number) => `node:card1/TopologyCapture#${index}`;

describe('live paths', () => {
  it('light what a playing stream passes, to its jack', () => {
    const live = livePaths(studio(firstOnly), OPEN);
    expect(live.has(volume(0))).toBe(true);
    expect(live.has(volume(1))).toBe(false);
    expect(live.has('jack:card1/TopologyRender#2')).toBe(true);
    expect(live.has(gain(0))).toBe(false);
  });

  it('end at a muted node', () => {
    const live = livePaths(studio(firstOnly), {
      ...OPEN,
      muted: (id) => id === 'node:card1/TopologyRender#1',
    });
    expect(live.has('node:card1/TopologyRender#1')).toBe(true);
    expect(live.has('node:card1/TopologyRender#2')).toBe(false);
    expect(live.has('jack:card1/TopologyRender#2')).toBe(false);
  });

  it('of a recording stream begin at the jack that the mux selects', () => {
    const live = livePaths(studio(recording), {
      ...OPEN,
      selectedInput: (id) => (id === 'node:card1/TopologyCapture#2' ? 2 : undefined),
    });
    expect(live.has(gain(1))).toBe(true);
    expect(live.has(gain(0))).toBe(false);
    expect(live.has('jack:card1/TopologyCapture#1')).toBe(true);
    expect(live.has(volume(0))).toBe(false);
  });

  it('are dark without a running stream, and pass a filter whose inside is hidden', () => {
    const paused = studio((snapshot) => {
      firstOnly(snapshot);
      snapshot.filters[0]!.pins[0]!.open[0]!.state = 'PAUSE';
    });
    expect(livePaths(paused, OPEN).size).toBe(0);
    const snapshot = largeTopology({ cards: 1, strips: 2, inputs: 2 });
    firstOnly(snapshot);
    const drawing = drawingOf(snapshot, { collapsed: ['card1/TopologyRender'], shown: () => true });
    expect(livePaths(drawing, OPEN).has('jack:card1/TopologyRender#2')).toBe(true);
  });
});

describe('search', () => {
  const names = (query: string) => searchDrawing(studio(), query).map(({ kind, name }) => `${kind} ${name}`);

  it('finds by name, by type, and by the filter they are in', () => {
    expect(names('adc')).toEqual(['node ADC']);
    expect(names('capture gain')).toEqual(['node Gain 1', 'node Gain 2']);
    expect(names('PEAKMETER')).toEqual(['node Meter 1', 'node Meter 2']);
    expect(names('microphone 2')).toEqual(['jack Microphone 2']);
  });

  it('finds nothing for nothing', () => {
    expect(names('  ')).toEqual([]);
    expect(names('zither')).toEqual([]);
  });
});

describe('walking by arrow keys', () => {
  const centres = new Map(
    Object.entries({ a: [0, 0], b: [100, 80], c: [100, 0], d: [0, 60] }).map(([id, [x, y]]) => [
      id,
      { x: x!, y: y! },
    ]),
  );
  const joined = new Map([['a', ['b']]]);

  it('follows a connection before what is nearer', () => {
    expect(walk('a', 'ArrowRight', { centres, joined })).toBe('b');
    expect(walk('d', 'ArrowRight', { centres, joined })).toBe('b');
  });

  it('goes to the nearest above and below, and ends at the edge', () => {
    expect(walk('a', 'ArrowDown', { centres, joined })).toBe('d');
    expect(walk('a', 'ArrowUp', { centres, joined })).toBeUndefined();
    expect(walk('nowhere', 'ArrowUp', { centres, joined })).toBeUndefined();
  });
});

describe('what elements say', () => {
  const [wave, render, capture] = largeTopology({ cards: 1, strips: 1, inputs: 2 }).filters;

  it('levels by the loudest channel, silence, switches and sources by name', () => {
    const node = render!.nodes[0]!;
    expect(faceText('level', [-0x80000, -0x60000], render!, node)).toBe('−6.0 dB');
    expect(faceText('level', [-0x80000000, -0x80000000], render!, node)).toBe('−∞ dB');
    expect(faceText('mute', [true, true], render!, node)).toBe('on');
    expect(faceText('mute', [true, false], render!, node)).toBe('mixed');
    expect(faceText('source', [2], capture!, capture!.nodes[2]!)).toBe('Gain 2');
  });

  it('instances by dots while they are few, otherwise by number', () => {
    const pin = wave!.pins[0]!;
    expect(shownDots(pin)).toEqual(['RUN']);
    expect(instancesText(pin)).toBe('1/64');
    const few = { ...pin, instances: { ...pin.instances, possible: 2 } };
    expect(shownDots(few)).toEqual(['RUN', 'possible']);
    expect(instancesText(few)).toBe('');
    expect(instancesText({ ...pin, instances: { ...pin.instances, possible: null } })).toBe('1/∞');
  });

  it('ids that are read back, whatever is in a path', () => {
    expect(parseElementId('node:a/b#c#12')).toEqual({ kind: 'node', filter: 'a/b#c', node: 12 });
    expect(parseElementId('filter:a/b')).toEqual({ kind: 'filter', filter: 'a/b' });
  });
});

describe('jacks', () => {
  const jack = (isConnected: boolean, color = 0) => ({ isConnected, color });
  const measured = { jackCapabilities: 1 };

  it('are connected where presence is measured, and unknown where it is not', () => {
    expect(jackState([jack(true)], [measured]).connected).toBe(true);
    expect(jackState([jack(false)], [measured]).connected).toBe(false);
    expect(jackState([jack(true)], [{ jackCapabilities: 0 }]).connected).toBeUndefined();
    expect(jackState([jack(true)], undefined).connected).toBeUndefined();
    expect(jackState(undefined, undefined)).toEqual({ connected: undefined, colour: undefined });
  });

  it('with several connectors are connected when one of them is, in the colour that is told', () => {
    const state = jackState([jack(false), jack(true, 0x00ff40)], [measured, measured]);
    expect(state).toEqual({ connected: true, colour: '#00ff40' });
  });
});

describe('property requests as bytes', () => {
  const property = {
    propertySet: { guid: '45FFAAA0-6E1B-11D0-BCF2-444553540000', name: 'KSPROPSETID_Audio' },
    id: 4,
  };

  it('are laid out as KSNODEPROPERTY_AUDIO_CHANNEL', () => {
    expect(hexText(requestBytes(property, { verb: 'GET', node: 5, channel: -1 }))).toBe(
      'A0 AA FF 45 1B 6E D0 11 BC F2 44 45 53 54 00 00 04 00 00 00 01 00 00 10 05 00 00 00 00 00 00 00 FF FF FF FF 00 00 00 00',
    );
    expect(requestBytes(property, { verb: 'SET', node: null })).toHaveLength(24);
    expect(guidBytes('{00010203-0405-0607-0809-0A0B0C0D0E0F}')[0]).toBe(3);
  });

  it('read from digits, or not at all', () => {
    expect(parseHex('00 80 f7FF')).toEqual(new Uint8Array([0, 0x80, 0xf7, 0xff]));
    expect(parseHex('')).toEqual(new Uint8Array());
    expect(parseHex('0')).toBeUndefined();
    expect(parseHex('0x00')).toBeUndefined();
  });
});
