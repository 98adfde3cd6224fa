import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { RiffFile, pathOf, readInfo, type Chunk } from '../../../../src/main/synth/collections/riff.ts';
import { chunkOf, infoOf, listOf, numbers } from '../../../../src/main/synth/collections/riffWriter.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function errorOf(action: () => unknown): PinwheelError {
  try {
    action();
  } catch (error) {
    if (error instanceof PinwheelError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function walk(file: RiffFile, chunk: Chunk): string[] {
  return [...file.children(chunk)].flatMap((child) => [
    `${pathOf(child)} ${child.start}-${child.end}`,
    ...(child.type === '' ? [] : walk(file, child)),
  ]);
}

describe('RIFF files', () => {
  it('are walked in order, with paths, offsets and the padding of odd chunks', () => {
    const bytes = listOf(
      'RIFF',
      'test',
      chunkOf('odd ', text('abc')),
      listOf('LIST', 'list', chunkOf('in  ', text('xy'))),
    );
    const file = new RiffFile('a.riff', bytes);
    expect(walk(file, file.root())).toEqual([
      'RIFF(test)/odd  20-23',
      'RIFF(test)/LIST(list) 36-46',
      'RIFF(test)/LIST(list)/in   44-46',
    ]);
  });

  it('may leave the padding of an odd chunk out', () => {
    const bytes = listOf(
      'RIFF',
      'test',
      chunkOf('odd ', text('abc')).subarray(0, 11),
      chunkOf('next', text('xy')),
    );
    const file = new RiffFile('a.riff', bytes);
    expect(walk(file, file.root())).toEqual(['RIFF(test)/odd  20-23', 'RIFF(test)/next 31-33']);
  });

  it('may have bytes behind their end and zeros behind their last chunk', () => {
    const bytes = new Uint8Array([
      ...listOf('RIFF', 'test', chunkOf('a   ', text('xy')), new Uint8Array(6)),
      1,
      2,
      3,
    ]);
    const file = new RiffFile('a.riff', bytes);
    expect(walk(file, file.root())).toEqual(['RIFF(test)/a    20-22']);
  });

  it('name chunk path and byte offset of a chunk that is longer than what is around it', () => {
    const bytes = listOf('RIFF', 'test', listOf('LIST', 'list', chunkOf('in  ', text('xy'))));
    bytes[28] = 77;
    const file = new RiffFile('a.riff', bytes);
    const error = errorOf(() => walk(file, file.root()));
    expect(error.code).toBe('bad-input');
    expect(error.subject).toBe('a.riff');
    expect(error.offset).toBe(24);
    expect(error.message).toBe(
      '“a.riff”: RIFF(test)/LIST(list)/in   at byte 24 says it has 77 bytes; there are 2.',
    );
  });

  it('are refused when they end early, wherever that is', () => {
    const whole = listOf(
      'RIFF',
      'test',
      listOf('LIST', 'list', chunkOf('in  ', text('xyz'))),
      chunkOf('last', text('ab')),
    );
    for (let length = 0; length < whole.length; length++) {
      const file = new RiffFile('a.riff', whole.slice(0, length));
      const error = errorOf(() => walk(file, file.root()));
      expect(error.code).toBe('bad-input');
      expect(error.offset).toBeLessThanOrEqual(length);
    }
  });

  it('are refused when a list is too short for its type', () => {
    const bytes = listOf('RIFF', 'test', chunkOf('LIST', text('ab')));
    const file = new RiffFile('a.riff', bytes);
    expect(errorOf(() => walk(file, file.root())).offset).toBe(12);
  });

  it('give texts up to their zero byte, as UTF-8 or else Latin-1', () => {
    const latin = new Uint8Array([0x47, 0xe9, 0x6e, 0]);
    const bytes = listOf(
      'RIFF',
      'test',
      listOf(
        'LIST',
        'INFO',
        chunkOf('INAM', latin),
        chunkOf('IENG', text(' Zoë\0rest')),
        chunkOf('ICMT', text('a\u0007b')),
      ),
    );
    const file = new RiffFile('a.riff', bytes);
    expect([...readInfo(file, file.root())]).toEqual([
      ['INAM', 'Gén'],
      ['IENG', 'Zoë'],
      ['ICMT', 'ab'],
    ]);
  });

  it('are written with sizes, padding and texts that end with zero', () => {
    expect([...chunkOf('abcd', numbers([1, 7], [2, 0x1234]))]).toEqual([
      0x61, 0x62, 0x63, 0x64, 3, 0, 0, 0, 7, 0x34, 0x12, 0,
    ]);
    expect(infoOf({ INAM: '' })).toHaveLength(0);
    expect([...numbers([4, 0x80000000], [4, -1])]).toEqual([0, 0, 0, 0x80, 255, 255, 255, 255]);
  });
});
