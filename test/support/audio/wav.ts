/** Sound files and raw sample streams, as arrays of samples per channel in -1 … 1. */

export interface Sound {
  rate: number;
  /** One array per channel, all of the same length. */
  channels: Float32Array<ArrayBuffer>[];
}

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;

/** WAVE with 8, 16, 24 or 32 bit integers or 32 or 64 bit floats. Throws for anything else. */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  if (bytes.length < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE')
    throw new Error('This is not a WAVE file.');
  let format: { tag: number; channels: number; rate: number; bits: number } | undefined;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const id = text(offset);
    const start = offset + 8;
    // A program that writes to a pipe does not know the length and says the largest one.
    const length = Math.min(view.getUint32(offset + 4, true), bytes.length - start);
    if (id === 'fmt ') {
      const tag = view.getUint16(start, true);
      format = {
        // The extensible form keeps the tag at the start of its sub-format GUID.
        tag: tag === FORMAT_EXTENSIBLE ? view.getUint16(start + 24, true) : tag,
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    } else if (id === 'data') {
      if (!format) throw new Error('The WAVE file has data before its format.');
      const { tag, channels, rate, bits } = format;
      const sample = sampleReader(view, tag, bits);
      return {
        rate,
        channels: deinterleave(start, Math.floor(length / (bits / 8)), channels, bits / 8, sample),
      };
    }
    offset = start + length + (length & 1);
  }
  throw new Error('The WAVE file has no data.');
}

/** A stream of little-endian 32 bit floats, frame by frame, as `parec --format=float32le` writes it. */
export function readFloat32(bytes: Uint8Array, rate: number, channels: number): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sample = (offset: number) => view.getFloat32(offset, true);
  return { rate, channels: deinterleave(0, bytes.length >> 2, channels, 4, sample) };
}

/** A WAVE file of 32 bit floats: for listening to what a test has heard. */
export function writeWav({ rate, channels }: Sound): Uint8Array<ArrayBuffer> {
  const frames = channels[0]?.length ?? 0;
  const size = frames * channels.length * 4;
  const bytes = new Uint8Array(44 + size);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, value: string) => {
    for (let index = 0; index < value.length; index++) bytes[offset + index] = value.charCodeAt(index);
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + size, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_FLOAT, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels.length * 4, true);
  view.setUint16(32, channels.length * 4, true);
  view.setUint16(34, 32, true);
  text(36, 'data');
  view.setUint32(40, size, true);
  for (let frame = 0, offset = 44; frame < frames; frame++) {
    for (const channel of channels) {
      view.setFloat32(offset, channel[frame]!, true);
      offset += 4;
    }
  }
  return bytes;
}

function sampleReader(view: DataView, tag: number, bits: number): (offset: number) => number {
  if (tag === FORMAT_FLOAT && bits === 32) return (offset) => view.getFloat32(offset, true);
  if (tag === FORMAT_FLOAT && bits === 64) return (offset) => view.getFloat64(offset, true);
  if (tag === FORMAT_PCM && bits === 8) return (offset) => (view.getUint8(offset) - 128) / 0x80;
  if (tag === FORMAT_PCM && bits === 16) return (offset) => view.getInt16(offset, true) / 0x8000;
  if (tag === FORMAT_PCM && bits === 24) {
    return (offset) => ((view.getInt8(offset + 2) << 16) | view.getUint16(offset, true)) / 0x800000;
  }
  if (tag === FORMAT_PCM && bits === 32) return (offset) => view.getInt32(offset, true) / 0x80000000;
  throw new Error(`WAVE files of format ${tag} with ${bits} bits are not read here.`);
}

function deinterleave(
  start: number,
  samples: number,
  channels: number,
  width: number,
  sample: (offset: number) => number,
): Float32Array<ArrayBuffer>[] {
  const frames = Math.floor(samples / channels);
  return Array.from({ length: channels }, (_, channel) => {
    const values = new Float32Array(frames);
    for (let frame = 0; frame < frames; frame++)
      values[frame] = sample(start + (frame * channels + channel) * width);
    return values;
  });
}
