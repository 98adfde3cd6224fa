import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesToReferenceTime, referenceTime } from '../../../../../src/contract/units.ts';
import type { StreamState } from '../../../../../src/contract/hardware.ts';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import type { PinInstance } from '../../../../../src/main/engine/ks/pin.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_RTAUDIO } from '../../../../../src/main/engine/ks/properties/rtAudio.ts';
import { converterCard, type WavePortKind } from '../../../../fixtures/converterCard.ts';
import { PCM_OUT_PIN } from '../../../../fixtures/exampleAdapter/wave.ts';

/**
 * Random lives of a render stream, the same for the three wave ports, held against one model: what was written and not
 * cancelled is heard once, in order, whatever happens between; the position tells how much of it. Specification 3.2, 3.5.
 */

const BLOCK_FRAMES = 240;
const FRAME = 4;
const FORMAT = pcmFormat(2, 48_000, 16);
const LEGAL: Record<StreamState, readonly StreamState[]> = {
  STOP: ['ACQUIRE'],
  ACQUIRE: ['STOP', 'PAUSE'],
  PAUSE: ['ACQUIRE', 'RUN'],
  RUN: ['PAUSE'],
};

type Command =
  | { do: 'state'; to: StreamState }
  | { do: 'write'; frames: number }
  | { do: 'play' }
  /** Time passes within the block at the converter. */
  | { do: 'ask'; part: number };

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('state' as const), to: fc.constantFrom(...stateNames()) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('write' as const), frames: fc.integer({ min: 1, max: 1_500 }) }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('play' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        part: fc.double({ min: 0, max: 1.5, noNaN: true }),
      }),
    },
  ),
  { minLength: 1, maxLength: 80 },
);

function stateNames(): StreamState[] {
  return ['STOP', 'ACQUIRE', 'PAUSE', 'RUN'];
}

/** How a client gets data to a pin of each port, and what it reads of the position. */
interface Client {
  write(data: Uint8Array): void;
  /** Before the converter's turn. */
  feed(): void;
  stopped(): void;
  /** Bytes since the start. */
  position(): number;
  /** Most the position can be. */
  limit(): number;
}

/** WaveCyclic and WavePci: the port takes buffers. */
function queueClient(pin: PinInstance): Client {
  let written = 0;
  return {
    write(data) {
      written += data.length;
      pin.write(referenceTime(0), data);
    },
    feed: () => undefined,
    stopped: () => (written = 0),
    position: () => pin.get(KSPROPERTY_AUDIO.POSITION, undefined).playOffset,
    limit: () => written,
  };
}

/** WaveRT: the client keeps the cyclic buffer filled, with silence where it has nothing, and counts its rounds. */
function cyclicClient(pin: PinInstance, memory: Uint8Array): Client {
  let queue: number[] = [];
  let filled = 0;
  let position = 0;
  const now = () => {
    const { playOffset } = pin.get(KSPROPERTY_AUDIO.POSITION, undefined);
    position += (playOffset - (position % memory.length) + memory.length) % memory.length;
    return position;
  };
  return {
    write: (data) => queue.push(...data),
    feed() {
      const { writeOffset } = pin.get(KSPROPERTY_AUDIO.POSITION, undefined);
      const ahead = (((filled - writeOffset) % memory.length) + memory.length) % memory.length;
      for (let room = 2 * BLOCK_FRAMES * FRAME - ahead; room > 0; room--) {
        memory[filled % memory.length] = queue.shift() ?? 0;
        filled++;
      }
    },
    stopped() {
      queue = [];
      filled = position = 0;
    },
    position: now,
    limit: () => filled,
  };
}

function start(kind: WavePortKind) {
  const card = converterCard(kind, { blockFrames: BLOCK_FRAMES, bufferBytes: 32_000 });
  const pin = card.filter.createPin(PCM_OUT_PIN, FORMAT);
  if (kind !== 'rt') return { ...card, pin, client: queueClient(pin) };
  const request = { baseAddress: 0, requestedBufferSize: 8 * BLOCK_FRAMES * FRAME };
  const { bufferAddress } = pin.get(KSPROPERTY_RTAUDIO.BUFFER, request);
  return { ...card, pin, client: cyclicClient(pin, card.rtPort.memoryAt(bufferAddress)) };
}

/** Numbers every byte, and never with a 0, so that silence can be told from data. */
function numbered(first: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => ((first + index) % 253) + 1);
}

function live(kind: WavePortKind, script: readonly Command[]): void {
  const { pin, client, streams, play, scheduler } = start(kind);
  const stream = streams[0]!;
  const seen: StreamState[] = ['STOP'];
  const setState = stream.setState.bind(stream);
  stream.setState = (state) => {
    seen.push(state);
    setState(state);
  };
  let state: StreamState = 'STOP';
  let written = 0;
  let heard: number[] = [];
  let last = 0;

  const checkPosition = () => {
    const position = client.position();
    expect(position).toBeLessThanOrEqual(client.limit());
    if (state === 'STOP') expect(position).toBe(0);
    else expect(position).toBeGreaterThanOrEqual(last);
    last = position;
    return position;
  };
  const turn = () => {
    if (state === 'RUN') client.feed();
    const block = play();
    if (state !== 'RUN') {
      expect(block.every((byte) => byte === 0)).toBe(true);
      return;
    }
    heard.push(...block.filter((byte) => byte !== 0));
    // The block's time has passed: the position is at its end.
    const position = checkPosition();
    if (kind !== 'rt') expect(position).toBe(heard.length);
    else expect(position % (BLOCK_FRAMES * FRAME)).toBe(0);
  };

  const write = (frames: number) => {
    client.write(numbered(written, frames * FRAME));
    written += frames * FRAME;
  };
  for (const command of script) {
    switch (command.do) {
      case 'state':
        pin.setState(command.to);
        if (command.to === state) break;
        state = command.to;
        if (state === 'STOP') {
          written = 0;
          heard = [];
          client.stopped();
        }
        break;
      case 'write':
        write(command.frames);
        break;
      case 'play':
        turn();
        break;
      case 'ask': {
        if (state !== 'RUN') {
          checkPosition();
          break;
        }
        client.feed();
        const block = new Uint8Array(BLOCK_FRAMES * FRAME);
        stream.transfer(block, scheduler.now());
        heard.push(...block.filter((byte) => byte !== 0));
        const before = checkPosition();
        const passed = Math.floor(BLOCK_FRAMES * command.part);
        scheduler.advance(framesToReferenceTime(passed, 48_000) + 1);
        const moved = checkPosition() - before;
        expect(moved % FRAME).toBe(0);
        expect(moved).toBeLessThanOrEqual(Math.min(passed + 1, BLOCK_FRAMES) * FRAME);
        scheduler.runQueued();
        scheduler.advance(Math.max(0, framesToReferenceTime(BLOCK_FRAMES - passed, 48_000)));
        break;
      }
    }
    expect(pin.state).toBe(state);
    const before = client.position();
    if (state !== 'RUN') {
      scheduler.advance(50_000);
      expect(client.position()).toBe(before);
    }
    checkPosition();
  }
  // What is left is played.
  pin.setState('RUN');
  state = 'RUN';
  const blocks = Math.ceil(written / (BLOCK_FRAMES * FRAME)) + 8;
  for (let block = 0; block < blocks; block++) turn();
  expect(Uint8Array.from(heard)).toEqual(numbered(0, written));
  if (kind !== 'rt') expect(client.position()).toBe(written);
  pin.close();
  for (const [index, next] of seen.slice(1).entries()) expect(LEGAL[seen[index]!]).toContain(next);
}

describe.each(['cyclic', 'pci', 'rt'] as const)('random lives of a %s stream', (kind) => {
  it(
    'play what was written once and in order, with a position that tells how much',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(commands, (script) => live(kind, script)),
        { numRuns: 150 },
      );
    },
  );
});
