import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DisposableStore } from '../../contract/disposable.ts';
import { Emitter } from '../../contract/emitter.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { WaveFormatRecord } from '../../contract/hardware.ts';
import type { ChannelSide } from '../../contract/services/devices.ts';
import { decibelsToGain, referenceTimeToSeconds } from '../../contract/units.ts';
import type { MasterClock } from '../engine/ks/clock.ts';
import type { WaveClient } from '../engine/wdmaud/waveClient.ts';
import { WavWriter } from '../wave/files/wavWriter.ts';
import { integerSamples } from '../wave/samples/sampleFormat.ts';
import { createTemporaryFolder, removeFolder } from './temporaryFolder.ts';
import { WavePlayback } from './wavePlayback.ts';

/** A device that is open, and its frames per second. */
interface TestedOutput {
  readonly id: string;
  readonly sampleRate: number;
}

export interface ChannelTestOptions {
  clock: MasterClock;
  /** Undefined when sound goes nowhere. */
  output(): TestedOutput | undefined;
  /** Opens a stream of that format. @throws PinwheelError when none can be had */
  openWave(format: WaveFormatRecord): WaveClient;
}

/** Seconds from the beginning; another tone on each side, so that one that is on both is told from both. */
const BEEPS = [
  { channel: 0, start: 0, hz: 440 },
  { channel: 1, start: 0.6, hz: 660 },
] as const;
const BEEP_SECONDS = 0.4;
/** Rise and fall: without edges there is nothing beside the tone. */
const EDGE_SECONDS = 0.02;
const PEAK = decibelsToGain(-12);
/** With the silence behind the last beep: a server that is behind has some of it yet. */
const WHOLE_SECONDS = 1.3;
const CHANNELS = 2;
const BITS = 16;
const SPEAKERS = 0x3; // SPEAKER_FRONT_LEFT | SPEAKER_FRONT_RIGHT
/** A switch of the output is over in that time. */
const SWITCH_MS = 3_000;
const LOOK_MS = 50;

/**
 * A beep on the left, then one on the right, through a wave pin of the card. Whoever switches meanwhile, or has just
 * done so, hears it from the beginning on the new output.
 */
export class ChannelTest {
  readonly #options: ChannelTestOptions;
  readonly #side = new Emitter<ChannelSide | null>();
  #running: Promise<void> | undefined;
  #cancel: ((error: PinwheelError) => void) | undefined;
  /** Which side sounds; null when the test is over. */
  readonly onSide = this.#side.event;

  constructor(options: ChannelTestOptions) {
    this.#options = options;
  }

  /**
   * Resolves when both were heard.
   * @throws PinwheelError `bad-state` while another test sounds, `device-unavailable` without a device or when it is
   *   lost and no other comes, or what the pin refuses with
   */
  run(): Promise<void> {
    if (this.#running) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'A channel test is sounding.',
        advice: 'Wait until it is over.',
      });
    }
    const running = this.#run().finally(() => (this.#running = undefined));
    this.#running = running;
    return running;
  }

  /** Ends what sounds, and resolves when its file is deleted. */
  async dispose(): Promise<void> {
    this.#cancel?.(new PinwheelError({ code: 'cancelled', message: 'Pinwheel ends.' }));
    // Told to whoever asked for it.
    await this.#running?.catch(() => undefined);
    this.#side.dispose();
  }

  async #run(): Promise<void> {
    const cancelled = new Promise<never>((_, reject) => (this.#cancel = reject));
    // Whoever cancels before it is waited for is heard all the same.
    cancelled.catch(() => undefined);
    const output = this.#options.output();
    if (!output) {
      throw new PinwheelError({
        code: 'device-unavailable',
        message: 'Sound goes to no device, so a test would not be heard.',
        advice: 'Choose an output that is available.',
      });
    }
    const folder = await createTemporaryFolder();
    const play = async (on: TestedOutput): Promise<void> => {
      const file = path.join(folder, 'channels.wav');
      await writeFile(file, channelTestWav(on.sampleRate));
      await this.#play(file, on, cancelled);
    };
    try {
      await play(output).catch(async (error: unknown) => {
        if (!(error instanceof PinwheelError) || error.code !== 'device-unavailable') throw error;
        const next = await Promise.race([this.#outputAfter(output), cancelled]);
        if (!next) throw error;
        await play(next);
      });
    } finally {
      this.#cancel = undefined;
      await removeFolder(folder);
    }
  }

  /** The output that has come in place of another; undefined when none does. */
  async #outputAfter(before: TestedOutput): Promise<TestedOutput | undefined> {
    for (let waited = 0; waited < SWITCH_MS; waited += LOOK_MS) {
      const output = this.#options.output();
      if (output && output.id !== before.id) return output;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return undefined;
  }

  async #play(file: string, { id, sampleRate }: TestedOutput, cancelled: Promise<never>): Promise<void> {
    const format: WaveFormatRecord = {
      encoding: 'pcm',
      channels: CHANNELS,
      sampleRate,
      containerBits: BITS,
      validBits: BITS,
      channelMask: SPEAKERS,
    };
    const store = new DisposableStore();
    const playback = store.add(
      new WavePlayback({
        client: this.#options.openWave(format),
        sampleRate,
        clock: this.#options.clock,
        feed: { id: 1, file, firstFrame: 0 },
        plan: { feed: 1, loop: null, next: [] },
      }),
    );
    let side: ChannelSide = 'left';
    const look = () => {
      if (side === 'right' || referenceTimeToSeconds(playback.position) < BEEPS[1].start) return;
      side = 'right';
      this.#side.fire(side);
    };
    try {
      const heard = new Promise<void>((resolve, reject) => {
        store.add(playback.onProgress(look));
        store.add(playback.onEnded(resolve));
        store.add(playback.onFailed((error) => reject(new PinwheelError(error))));
        store.add(
          playback.onLost((reason) => {
            const message = `The output was lost during the channel test: ${reason}`;
            reject(new PinwheelError({ code: 'device-unavailable', message, subject: id }));
          }),
        );
        playback.run();
      });
      this.#side.fire(side);
      await Promise.race([heard, cancelled]);
    } finally {
      store.dispose();
      this.#side.fire(null);
    }
  }
}

/** The sound of the test: a WAV file of two channels of 16-bit samples. */
export function channelTestWav(sampleRate: number): Uint8Array {
  const samples = new Int16Array(CHANNELS * Math.round(WHOLE_SECONDS * sampleRate));
  const frames = Math.round(BEEP_SECONDS * sampleRate);
  const edge = Math.round(EDGE_SECONDS * sampleRate);
  for (const { channel, start, hz } of BEEPS) {
    const first = Math.round(start * sampleRate);
    for (let frame = 0; frame < frames; frame++) {
      const fromEdge = Math.min(1, frame / edge, (frames - frame) / edge);
      const gain = PEAK * Math.sin((Math.PI / 2) * fromEdge) ** 2;
      const sample = gain * Math.sin((2 * Math.PI * hz * frame) / sampleRate);
      samples[CHANNELS * (first + frame) + channel] = Math.round(sample * 0x7fff);
    }
  }
  let file = new Uint8Array(0);
  const writer = new WavWriter(
    {
      write(offset, bytes) {
        const longer = new Uint8Array(Math.max(file.length, offset + bytes.length));
        longer.set(file);
        longer.set(bytes, offset);
        file = longer;
      },
    },
    { format: integerSamples(BITS), channels: CHANNELS, sampleRate, channelMask: SPEAKERS },
  );
  writer.write(new Uint8Array(samples.buffer));
  writer.finish();
  return file;
}
