import { referenceTime } from '../../../src/contract/units.ts';
import type { StreamState } from '../../../src/contract/hardware.ts';
import type { RenderStream, RenderStreamFactory } from '../../../src/main/host/renderStream.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import type { PinInstance } from '../../../src/main/engine/ks/pin.ts';
import { KSPROPERTY_RTAUDIO } from '../../../src/main/engine/ks/properties/rtAudio.ts';
import { channelMatrix } from '../../../src/main/wave/mixing/channelMatrix.ts';
import { MixerInstance } from '../../../src/main/wave/mixing/mixerInstance.ts';
import { FilterBanks } from '../../../src/main/wave/resampling/filterBank.ts';
import { integerSamples } from '../../../src/main/wave/samples/sampleFormat.ts';
import { converterCard, type WavePortKind } from '../../fixtures/converterCard.ts';
import { PCM_OUT_PIN } from '../../fixtures/exampleAdapter/wave.ts';

const KINDS: readonly WavePortKind[] = ['cyclic', 'pci', 'rt'];
/** 10 ms of stereo with 16 bits at 48 kHz: the buffers of a usual client. */
const CLIENT_BUFFER = 1_920;
const STEREO = 3;

/**
 * A render stream that is a wave port with its miniport and a client: `write` opens it. The first byte says which port,
 * the rest is what the client plays, stereo with 16 bits at 48 kHz. The miniport's converter is the device the host
 * plays on: it takes a block whenever the device asks for one.
 */
export const createPortStream: RenderStreamFactory = ({ sampleRate, maxBlockFrames }) => {
  let pin: PinInstance | undefined;
  let mixer: MixerInstance | undefined;
  let state: StreamState = 'STOP';

  const open = (kind: WavePortKind, data: Uint8Array): void => {
    const card = converterCard(kind, { blockFrames: maxBlockFrames });
    pin = card.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
    if (kind === 'rt') {
      const request = { baseAddress: 0, requestedBufferSize: data.length };
      card.rtPort.memoryAt(pin.get(KSPROPERTY_RTAUDIO.BUFFER, request).bufferAddress).set(data);
    } else {
      for (let at = 0; at < data.length; at += CLIENT_BUFFER) {
        pin.write(referenceTime(0), data.slice(at, at + CLIENT_BUFFER));
      }
    }
    const { scheduler } = card;
    const stream = card.streams[0]!;
    mixer = new MixerInstance({
      source: {
        transfer(block) {
          stream.transfer(block, scheduler.now());
          scheduler.runQueued();
          scheduler.advance((block.length / 4 / 48_000) * 1e7);
        },
      },
      format: integerSamples(16),
      channels: 2,
      inputRate: 48_000,
      outputRate: sampleRate,
      outputs: 2,
      matrix: channelMatrix(STEREO, STEREO),
      quality: 'advanced',
      banks: new FilterBanks(),
      maxFrames: maxBlockFrames,
    });
  };

  const stream: RenderStream = {
    position: referenceTime(0),
    eventsPlayed: 0,
    activeVoices: 0,
    get idle() {
      return state !== 'RUN';
    },
    setState(next) {
      state = next;
      pin?.setState(next);
    },
    write(_startTime, records) {
      open(KINDS[records[0]!]!, records.subarray(1));
    },
    render(left, right, frames, blockTime) {
      mixer?.render([left, right], 0, frames, blockTime);
    },
    dispose() {
      pin?.close();
    },
  };
  return stream;
};

/** What `write` takes. */
export function portRecords(kind: WavePortKind, data: Uint8Array): Uint8Array {
  const records = new Uint8Array(1 + data.length);
  records[0] = KINDS.indexOf(kind);
  records.set(data, 1);
  return records;
}
