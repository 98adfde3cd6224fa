import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import {
  readSink,
  readSinkInput,
  readServerInfo,
} from '../../../../src/main/hardware/soundServer/recordReaders.ts';
import { TagReader, TagWriter } from '../../../../src/main/hardware/soundServer/tagStruct.ts';
import { fuzz } from '../../../support/fuzzing.ts';

const bytes = (...values: (number | string)[]) =>
  Buffer.concat(values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.of(value))));

describe('tag structures', () => {
  it('are written byte for byte', () => {
    const written = new TagWriter()
      .putU32(0x01020304)
      .putString('é')
      .putString('')
      .putString(null)
      .putBoolean(true)
      .putBoolean(false)
      .putArbitrary(Buffer.of(7, 8))
      .putChannelVolumes([0x10000, 0])
      .putPropertyList(new Map([['a', 'b']]))
      .bytes();
    expect(written).toEqual(
      bytes(
        ...['L', 1, 2, 3, 4],
        ...['t', 'é', 0],
        ...['t', 0],
        'N',
        '1',
        '0',
        ...['x', 0, 0, 0, 2, 7, 8],
        ...['v', 2, 0, 1, 0, 0, 0, 0, 0, 0],
        ...['P', 't', 'a', 0, 'L', 0, 0, 0, 2, 'x', 0, 0, 0, 2, 'b', 0, 'N'],
      ),
    );
  });

  it('are read field by field', () => {
    const reader = new TagReader(
      bytes(
        ...['L', 0xff, 0xff, 0xff, 0xff],
        ...['B', 200],
        ...['t', 'é', 0],
        'N',
        '1',
        '0',
        ...['a', 5, 2, 0, 0, 0xbb, 0x80],
        ...['m', 2, 1, 2],
        ...['v', 1, 0, 1, 0, 0],
        ...['V', 0, 1, 0, 0],
        ...['U', 0, 0, 0, 1, 0, 0, 0, 0],
        ...['f', 'B', 1, 'P', 't', 'k', 0, 'L', 0, 0, 0, 2, 'x', 0, 0, 0, 2, 'v', 0, 'N'],
      ),
    );
    expect(reader.getU32()).toBe(0xffffffff);
    expect(reader.getU8()).toBe(200);
    expect(reader.getString()).toBe('é');
    expect(reader.getString()).toBeNull();
    expect(reader.getBoolean()).toBe(true);
    expect(reader.getBoolean()).toBe(false);
    expect(reader.getSampleSpec()).toEqual({ format: 'float32le', channels: 2, rate: 48000 });
    expect(reader.getChannelMap()).toEqual(['front-left', 'front-right']);
    expect(reader.getChannelVolumes()).toEqual([0x10000]);
    expect(reader.getVolume()).toBe(0x10000);
    expect(reader.getUsec()).toBe(0x1_0000_0000n);
    expect(reader.getFormatInfo()).toEqual({ encoding: 1, properties: new Map([['k', 'v']]) });
    expect(reader.atEnd).toBe(true);
  });

  it('say at which byte another field was expected', () => {
    const reader = new TagReader(bytes('L', 0, 0, 0, 1, 't', 'x', 0));
    reader.getU32();
    const error = catchError(() => reader.getU32());
    expect(error).toBeInstanceOf(PinwheelError);
    expect(error).toMatchObject({ code: 'device-unavailable', offset: 5 });
  });

  it('refuse what lies about its length', () => {
    const broken: [string, Buffer, (reader: TagReader) => unknown][] = [
      ['a number cut off', bytes('L', 0, 0), (reader) => reader.getU32()],
      ['a string without an end', bytes('t', 'abc'), (reader) => reader.getString()],
      [
        'a block longer than the message',
        bytes('x', 0xff, 0xff, 0xff, 0xff, 1),
        (reader) => reader.getArbitrary(),
      ],
      ['200 channels', bytes('m', 200, 1, 2), (reader) => reader.getChannelMap()],
      ['volumes cut off', bytes('v', 2, 0, 0, 0, 0), (reader) => reader.getChannelVolumes()],
      [
        'a property of another length than announced',
        bytes('P', 't', 'k', 0, 'L', 0, 0, 0, 9, 'x', 0, 0, 0, 1, 'v', 'N'),
        (reader) => reader.getPropertyList(),
      ],
      ['a property list without an end', bytes('P', 't', 'k', 0), (reader) => reader.getPropertyList()],
      ['nothing', Buffer.alloc(0), (reader) => reader.getBoolean()],
    ];
    for (const [what, message, read] of broken) {
      expect(
        catchError(() => read(new TagReader(message))),
        what,
      ).toBeInstanceOf(PinwheelError);
    }
  });

  it('cannot be written with a name that holds a NUL, or without a channel', () => {
    expect(() => new TagWriter().putString('a\0b')).toThrow(PinwheelError);
    expect(() => new TagWriter().putChannelVolumes([])).toThrow(PinwheelError);
    expect(() => new TagWriter().putChannelVolumes(new Array<number>(33).fill(0))).toThrow(PinwheelError);
  });
});

describe('records', () => {
  it('are read or refused with a typed error, whatever the bytes', { tags: 'fuzz' }, async () => {
    // Tags are what a random byte hits too rarely.
    const byte = fc.oneof(
      fc.constantFrom(...Buffer.from('tNLBax10UmvPVf')),
      fc.integer({ min: 0, max: 255 }),
    );
    await fuzz(
      'sound-server/records',
      fc.property(fc.array(byte, { maxLength: 200 }), (message) => {
        for (const read of [readSink, readSinkInput, readServerInfo]) {
          try {
            read(new TagReader(Uint8Array.from(message)), 35);
          } catch (error) {
            if (!(error instanceof PinwheelError)) throw error;
          }
        }
      }),
      { normal: 1_000, fuzz: 200_000 },
    );
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
