import type { RenderStream, RenderStreamFactory } from '../../../src/main/host/renderStream.ts';
import { PinwheelError } from '../../../src/contract/errors.ts';
import { REFERENCE_TIME_PER_SECOND, referenceTime } from '../../../src/contract/units.ts';
import type { StreamState } from '../../../src/contract/hardware.ts';

/**
 * A render stream without a synthesizer: in RUN it plays a sine. `write` sets frequency, amplitude and the right
 * channel's amplitude (three floats); empty records are malformed. The phase follows engine time only at the start,
 * so that gaps and seams show.
 */
export const createToneStream: RenderStreamFactory = ({ sampleRate }) => {
  let frequency = 440;
  let amplitude = 0.5;
  let rightAmplitude = 0.5;
  let phase = 0;
  let state: StreamState = 'STOP';
  let position = referenceTime(0);
  let writes = 0;
  const stream: RenderStream = {
    get position() {
      return position;
    },
    get eventsPlayed() {
      return writes;
    },
    get activeVoices() {
      return state === 'RUN' ? 1 : 0;
    },
    get idle() {
      return state === 'STOP';
    },
    setState(next) {
      state = next;
    },
    write(_startTime, records) {
      if (records.byteLength !== 12)
        throw new PinwheelError({ code: 'bad-input', message: 'Malformed records.' });
      const view = new DataView(records.buffer, records.byteOffset);
      frequency = view.getFloat32(0, true);
      amplitude = view.getFloat32(4, true);
      rightAmplitude = view.getFloat32(8, true);
      writes++;
    },
    render(left, right, frames, blockTime) {
      if (state === 'RUN') {
        for (let index = 0; index < frames; index++) {
          const sample = Math.sin(phase);
          left[index]! += amplitude * sample;
          right[index]! += rightAmplitude * sample;
          phase += (2 * Math.PI * frequency) / sampleRate;
        }
      }
      position = referenceTime(blockTime + (frames * REFERENCE_TIME_PER_SECOND) / sampleRate);
    },
    dispose() {
      state = 'STOP';
    },
  };
  return stream;
};

export function toneRecords(frequency: number, amplitude: number, rightAmplitude = amplitude): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, frequency, true);
  view.setFloat32(4, amplitude, true);
  view.setFloat32(8, rightAmplitude, true);
  return bytes;
}
