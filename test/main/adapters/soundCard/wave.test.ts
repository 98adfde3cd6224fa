import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorRecord } from '../../../../src/contract/errors.ts';
import type { ReferenceTime } from '../../../../src/contract/units.ts';
import { PCM_OUT_PIN } from '../../../../src/main/adapters/soundCard/wave.ts';
import type { WavePinStream } from '../../../../src/main/adapters/soundCard/wavePinStream.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { MixerDevice } from '../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { nullCard } from '../../../support/nullCard.ts';
import { sineWav } from '../../../support/audio/wavFile.ts';

/** Threads start slowly on a machine that has other work. */
const LONG_MS = 15_000;

describe('the wave filter of the card', () => {
  let card: ReturnType<typeof nullCard>;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-wave-'));
    card = nullCard();
    await card.start();
  });
  afterEach(async () => {
    await card.dispose();
    rmSync(folder, { recursive: true });
  });

  const open = (rate = 48_000, bits = 16) => {
    const pin = card.card.adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, pcmFormat(2, rate, bits));
    return { pin, stream: pin.stream as WavePinStream };
  };
  const file = (name: string, bytes: Uint8Array): string => {
    const at = path.join(folder, name);
    writeFileSync(at, bytes);
    return at;
  };
  const meter = () => {
    const device = new MixerDevice(card.card.adapter, card.portCls, () => 0);
    const line = device.destinations[0]!.sources.find(({ name }) => name === 'Wave')!;
    const { id } = line.controls.find(({ type }) => type === 'PEAKMETER')!;
    const peaks: number[] = [];
    return () => {
      device.readPeaks(id, peaks);
      return peaks[0]!;
    };
  };
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  it('plays a file through its line, tells its position and its end', async () => {
    const { pin, stream } = open(44_100, 24);
    const positions: ReferenceTime[] = [];
    stream.onPosition(({ position }) => positions.push(position));
    const ended = new Promise<void>((resolve) => stream.onEnded(resolve));
    const peak = meter();
    peak();
    stream.feed({
      id: 1,
      file: file('sine.wav', sineWav({ rate: 44_100, bits: 24, seconds: 0.7 })),
      firstFrame: 4_410,
    });
    pin.setState('RUN');
    await expect.poll(peak, { timeout: LONG_MS }).toBeGreaterThan(0.45);
    await ended;
    await pause(300);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions.at(-1)! / 1e7).toBeGreaterThan(0.6);
    pin.close();
    await expect.poll(peak, { timeout: LONG_MS }).toBe(0);
  });

  it('sums its instances', async () => {
    // Of three frequencies, so that they reach their peaks together soon, whenever each began.
    const pins = [600, 1_000, 1_700].map((frequency) => ({
      ...open(),
      source: file(`${frequency}.wav`, sineWav({ frequency, amplitude: 0.2, seconds: 20 })),
    }));
    const peak = meter();
    peak();
    for (const { pin, stream, source } of pins) {
      stream.feed({ id: 1, file: source, firstFrame: 0 });
      pin.setState('PAUSE');
    }
    await pause(200);
    for (const { pin } of pins) pin.setState('RUN');
    await expect.poll(peak, { timeout: LONG_MS }).toBeGreaterThan(0.55);
    for (const { pin } of pins) pin.close();
  });

  it('says what is wrong with a file, and the other streams go on', async () => {
    const [good, bad] = [open(), open()];
    good.stream.feed({ id: 1, file: file('sine.wav', sineWav({ seconds: 20 })), firstFrame: 0 });
    const failures: ErrorRecord[] = [];
    bad.stream.onFailed((error) => failures.push(error));
    bad.stream.feed({ id: 1, file: path.join(folder, 'nothing.wav'), firstFrame: 0 });
    good.pin.setState('RUN');
    bad.pin.setState('RUN');
    await expect.poll(() => failures, { timeout: LONG_MS }).toMatchObject([{ code: 'bad-input' }]);
    expect(failures[0]!.message).toContain('nothing.wav');
    const peak = meter();
    await expect.poll(peak, { timeout: LONG_MS }).toBeGreaterThan(0.4);
    for (const { pin } of [good, bad]) pin.close();
  });

  it('has room for 64 instances, of 1 to 8 channels, 8 to 32 bits and 8 to 192 kHz', () => {
    const pins = Array.from({ length: 64 }, () => open());
    expect(() => open()).toThrow();
    for (const { pin } of pins) pin.close();
    const { filter } = card.card.adapter.subdevice('Wave')!;
    for (const channels of [1, 8])
      for (const bits of [8, 24, 32])
        for (const rate of [8_000, 192_000])
          filter.createPin(PCM_OUT_PIN, pcmFormat(channels, rate, bits)).close();
    expect(() => filter.createPin(PCM_OUT_PIN, pcmFormat(9, 48_000, 16))).toThrow();
    expect(() => filter.createPin(PCM_OUT_PIN, pcmFormat(2, 192_001, 16))).toThrow();
  });
});
