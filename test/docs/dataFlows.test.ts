import { describe, expect, it } from 'vitest';
import { readFlows } from './support/flowDiagrams.ts';
import { SourceTree } from './support/sourceTree.ts';

/** The data flows of docs/architecture.md, held against the sources that they name. */

const flows = readFlows('docs/architecture.md');
const tree = new SourceTree();

describe('the data flows', () => {
  it('are five, each with its parts', () => {
    expect(flows).toHaveLength(5);
    for (const { parts, arrows } of flows) {
      expect(parts.filter(({ file }) => file !== undefined).length).toBeGreaterThan(5);
      expect(arrows.length).toBeGreaterThan(5);
    }
  });

  describe.each(flows)('$title', ({ parts, arrows }) => {
    it('names parts that are there', () => {
      expect(parts.flatMap((part) => tree.missing(part))).toEqual([]);
    });

    it('has every part at an arrow', () => {
      const ends = new Set(arrows.flatMap(({ from, to }) => [from, to]));
      expect(parts.filter((part) => !ends.has(part)).map(({ name }) => name)).toEqual([]);
    });

    it('has arrows that are in the code', () => {
      expect(arrows.flatMap((arrow) => tree.unfounded(arrow))).toEqual([]);
    });
  });
});

describe('the check of the data flows', () => {
  const flow = (...lines: string[]) =>
    readFlows({ text: ['## A flow', '```mermaid', 'flowchart LR', ...lines, '```'].join('\n') })[0]!;
  const CLIENT = 'client["MidiClient<br>engine/wdmaud/midiClient"]';
  const PIN = 'pin["PinInstance<br>engine/ks/pin"]';
  const STREAM = 'stream["RecordStream<br>hardware/recordStream"]';
  const RENDERER = 'renderer["CardRenderer<br>host/cardRenderer"]';
  const faults = (...lines: string[]) => {
    const { parts, arrows } = flow(...lines);
    return [
      ...parts.flatMap((part) => tree.missing(part)),
      ...arrows.flatMap((arrow) => tree.unfounded(arrow)),
    ];
  };

  it('takes what is so', () => {
    expect(faults(CLIENT, PIN, 'client -->|"write()"| pin', 'client --> pin')).toEqual([]);
    expect(faults(STREAM, RENDERER, 'stream ==>|writeStream| renderer')).toEqual([]);
  });

  it.each([
    ['a part that is not exported', 'client["MidiCustomer<br>engine/wdmaud/midiClient"]'],
    ['a file that is not there', 'client["MidiClient<br>engine/wdmaud/midiCustomer"]'],
    ['a method that nobody has', CLIENT, PIN, 'client -->|"scribble()"| pin'],
    ['a method that is not called', CLIENT, PIN, 'pin -->|"openPin()"| client'],
    ['an event that is not listened to', CLIENT, PIN, 'client -->|onRemoved| pin'],
    ['an import that is not there', CLIENT, PIN, 'pin --> client'],
    ['a message that the contract does not know', STREAM, RENDERER, 'stream ==>|scribble| renderer'],
    ['a message that goes the other way', STREAM, RENDERER, 'renderer ==>|writeStream| stream'],
    ['an arrow of the outside between two parts', CLIENT, PIN, 'client -.->|sound| pin'],
  ])('refuses %s', (_, ...lines) => {
    expect(faults(...lines)).not.toEqual([]);
  });

  it.each([
    ['a line that it does not understand', 'client --o pin'],
    ['an arrow to what is no part', 'client --> pin'],
    ['a part said twice', CLIENT, CLIENT],
  ])('stops at %s', (_, ...lines) => {
    expect(() => flow(...lines)).toThrow(/architecture|diagram/i);
  });
});
