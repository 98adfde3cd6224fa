import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../src/contract/errors.ts';
import { parseTopologyDump } from '../../src/contract/services/topologyDump.ts';
import { largeTopology } from '../support/largeTopology.ts';

const studio = () => largeTopology({ cards: 2, strips: 2, inputs: 1 });

function refusal(json: unknown): string {
  try {
    parseTopologyDump('x.json', typeof json === 'string' ? json : JSON.stringify(json));
  } catch (error) {
    if (error instanceof PinwheelError && error.code === 'bad-input') return error.message;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('a topology dump', () => {
  it('is read as it was written, with fields of later builds', () => {
    const dump = { ...studio(), later: 1 };
    expect(parseTopologyDump('x.json', JSON.stringify(dump))).toEqual(dump);
  });

  it('without power states is of an earlier build', () => {
    const text = JSON.stringify(studio()).replaceAll('"power":"D0",', '');
    expect(parseTopologyDump('x.json', text).filters[0]!.power).toBeNull();
  });

  it.each([
    ['no JSON', '{', /is not JSON/],
    ['something else', '[]', /is not a topology dump/],
    ['another version', { ...studio(), version: 9 }, /version 9; this Pinwheel reads 1/],
    ['a wrong type', { ...studio(), filters: [{ path: 7 }] }, /filters\.0/],
    [
      'a connection to nowhere',
      (() => {
        const dump = studio();
        dump.filters[0]!.connections[0]!.toNode = 99;
        return dump;
      })(),
      /A connection leads to a node or a pin/,
    ],
    [
      'a wire to nowhere',
      (() => {
        const dump = studio();
        dump.connections[0]!.to.filter = 'gone';
        return dump;
      })(),
      /A physical connection leads to a pin/,
    ],
  ])('with %s is refused', (_what, json, message) => {
    expect(refusal(json)).toMatch(message);
  });
});
