import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SynthStatistics } from '../../../../src/contract/hardware.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import {
  grantPortParameters,
  isSameGrant,
  SYNTH_LIMITS,
} from '../../../../src/main/adapters/soundCard/synthLimits.ts';
import { DownloadBudget, type SynthPin } from '../../../../src/main/adapters/soundCard/synthPin.ts';
import { getPropertyWithStatus } from '../../../../src/main/engine/ks/dispatch.ts';
import {
  KSPROPERTY_SYNTH as SYNTH,
  KSPROPERTY_SYNTH_DLS as DLS,
  SYNTH_PORTPARAMS,
} from '../../../../src/main/engine/ks/properties/synth.ts';
import type { PinInstance } from '../../../../src/main/engine/ks/pin.ts';
import { EventRecordWriter } from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { DIRECTMUSIC_FORMAT } from '../../../../src/main/engine/wdmaud/midiClient.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { instrumentDownload, waveDownload } from '../../../support/dlsDownloads.ts';
import { nullCard } from '../../../support/nullCard.ts';

/** The SYNTHESIZER node of the Wavetable filter. */
const NODE = 0;

const cosine = Int16Array.from({ length: 4800 }, (_none, frame) => 20_000 * Math.cos(frame / 16));

describe('the synthesizer node', () => {
  let card: ReturnType<typeof nullCard>;
  let pin: PinInstance;
  beforeEach(async () => {
    card = nullCard();
    await card.start();
    pin = openPin();
  });
  afterEach(() => card.dispose());

  function openPin(): PinInstance {
    const { filter } = card.card.adapter.subdevices.find(({ name }) => name === 'Wavetable')!;
    return filter.createPin(0, DIRECTMUSIC_FORMAT);
  }

  const send = (...messages: number[][]) => {
    const writer = new EventRecordWriter().begin(referenceTime(0));
    for (const bytes of messages) writer.append(referenceTime(0), Uint8Array.from(bytes));
    pin.write(referenceTime(0), writer.take());
  };

  const nextStatistics = (accept: (statistics: SynthStatistics) => boolean) =>
    new Promise<SynthStatistics>((resolve) => {
      const timer = setInterval(() => {
        const { statistics } = pin.stream as SynthPin;
        if (statistics === undefined || !accept(statistics)) return;
        clearInterval(timer);
        resolve(statistics);
      }, 20);
    });

  it('tells what the synthesizer can do', () => {
    expect(pin.get(SYNTH.CAPS, undefined, NODE)).toMatchObject({ maxVoices: 1024, maxChannelGroups: 16 });
    expect(pin.get(DLS.APPEND, undefined, NODE)).toBe(0);
    expect(pin.get(DLS.WAVEFORMAT, undefined, NODE)).toMatchObject({ channels: 2, samplesPerSec: 48_000 });
    expect(() => pin.filter.get(SYNTH.CAPS, undefined, NODE)).toThrow();
  });

  it('79: PORTPARAMETERS grants what it can and says when that is not all', () => {
    const wish = {
      validParams: SYNTH_PORTPARAMS.VOICES,
      voices: 64,
      channelGroups: 0,
      audioChannels: 0,
      sampleRate: 0,
      effectsFlags: 0,
      share: 0,
    };
    const limits = { ...SYNTH_LIMITS, sampleRate: 48_000, voices: 32 };
    expect(grantPortParameters(wish, limits).voices).toBe(32);
    expect(isSameGrant(grantPortParameters(wish, limits), wish)).toBe(false);
    expect(grantPortParameters({ ...wish, voices: 32 }, limits)).toEqual({ ...wish, voices: 32 });

    const ask = (voices: number) =>
      getPropertyWithStatus(pin, SYNTH.PORTPARAMETERS, { ...wish, voices }, NODE);
    expect(ask(2000)).toMatchObject({ value: { voices: 1024 }, status: 'STATUS_NOT_ALL_ASSIGNED' });
    expect(ask(1024)).toEqual({ value: { ...wish, voices: 1024 }, status: 'STATUS_SUCCESS' });
    // Fields that are not valid come back as they are.
    const other = { ...wish, validParams: SYNTH_PORTPARAMS.CHANNELGROUPS, channelGroups: 3, sampleRate: 5 };
    expect(getPropertyWithStatus(pin, SYNTH.PORTPARAMETERS, other, NODE)).toEqual({
      value: other,
      status: 'STATUS_SUCCESS',
    });
    expect(pin.get(SYNTH.CHANNELGROUPS, undefined, NODE)).toBe(3);
  });

  it('80: channels have their default priorities until others are set', () => {
    const priority = (channel: number) => pin.get(SYNTH.VOICEPRIORITY, { channelGroup: 0, channel }, NODE);
    expect([9, 0, 15].map(priority)).toEqual([0x8000000f, 0x8000000e, 0x80000000]);
    pin.set(SYNTH.VOICEPRIORITY, { channelGroup: 0, channel: 9 }, 0x40000001, NODE);
    expect(priority(9)).toBe(0x40000001);
    expect(() => pin.get(SYNTH.VOICEPRIORITY, { channelGroup: 1, channel: 0 }, NODE)).toThrow(
      expect.objectContaining({ status: 'STATUS_UNSUCCESSFUL' }) as Error,
    );
    pin.set(SYNTH.CHANNELGROUPS, undefined, 2, NODE);
    expect(pin.get(SYNTH.VOICEPRIORITY, { channelGroup: 1, channel: 0 }, NODE)).toBe(0x8000000e);
  });

  it('81: DLS_DOWNLOAD is a get that answers handle and Free; a set is refused', () => {
    const data = waveDownload(1, cosine, 48_000);
    const answer = pin.get(DLS.DOWNLOAD, { data }, NODE);
    expect(answer).toMatchObject({ free: true });
    expect(answer.downloadHandle).toBeGreaterThan(0);
    expect(() => pin.set(DLS.DOWNLOAD, { data }, { downloadHandle: 0, free: false }, NODE)).toThrow();
  });

  it('refuses downloads that are not in order, and instruments without their waves', () => {
    const refused = expect.objectContaining({ status: 'STATUS_UNSUCCESSFUL' }) as Error;
    const download = (data: Uint8Array) => pin.get(DLS.DOWNLOAD, { data }, NODE);
    expect(() => download(new Uint8Array(8))).toThrow(refused);
    expect(() => download(instrumentDownload(2, 0, [{ wave: 1 }]))).toThrow(refused);
    const { downloadHandle } = download(waveDownload(1, cosine, 48_000));
    download(instrumentDownload(2, 0, [{ wave: 1 }]));
    pin.set(DLS.UNLOAD, undefined, downloadHandle, NODE);
    // A wave that is being unloaded is not there for new instruments.
    expect(() => download(instrumentDownload(3, 0, [{ wave: 1 }]))).toThrow(refused);
    expect(() => pin.set(DLS.UNLOAD, undefined, 77, NODE)).toThrow(refused);
  });

  it('82: DLS_UNLOAD waits for the last note; later notes of it are silent', async () => {
    const wave = pin.get(DLS.DOWNLOAD, { data: waveDownload(1, cosine, 48_000) }, NODE).downloadHandle;
    // A patch of its own, that no collection has; the sound goes on for as long as the key is down.
    const data = instrumentDownload(2, (5 << 16) | (6 << 8) | 7, [{ wave: 1, loop: [1005, 2011] }]);
    const handle = pin.get(DLS.DOWNLOAD, { data }, NODE).downloadHandle;
    pin.setState('RUN');
    send([0xb0, 91, 0], [0xb0, 0, 5], [0xb0, 32, 6], [0xc0, 7], [0x90, 60, 100]);
    await nextStatistics(({ voices, peak }) => voices === 1 && peak > 0.01);

    const request = pin.set(DLS.UNLOAD, undefined, handle, NODE)!;
    const waveRequest = pin.set(DLS.UNLOAD, undefined, wave, NODE)!;
    let done = 0;
    for (const each of [request, waveRequest])
      void each.completed.then((status) => (done += status === 'STATUS_SUCCESS' ? 1 : 100));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(done).toBe(0);
    send([0x80, 60, 0]);
    expect(await request.completed).toBe('STATUS_SUCCESS');
    expect(await waveRequest.completed).toBe('STATUS_SUCCESS');

    pin.setState('PAUSE');
    pin.setState('RUN');
    send([0x90, 60, 100]);
    const { voices, peak } = await nextStatistics(() => true);
    expect([voices, peak]).toEqual([0, 0]);
  });

  it('lets several clients download under the same ids', async () => {
    const first = pin;
    const second = openPin();
    for (const each of [first, second]) {
      each.get(DLS.DOWNLOAD, { data: waveDownload(1, cosine, 48_000) }, NODE);
      each.get(DLS.DOWNLOAD, { data: instrumentDownload(2, 3 << 16, [{ wave: 1, loop: [0, 4000] }]) }, NODE);
    }
    first.close();
    pin = second;
    pin.setState('RUN');
    send([0xb0, 0, 3], [0xc0, 0], [0x90, 60, 100]);
    expect((await nextStatistics(({ voices }) => voices > 0)).voices).toBe(1);
  });

  it('COMPACT interrupts nothing that sounds, and is a set only', async () => {
    pin.get(DLS.DOWNLOAD, { data: waveDownload(1, cosine, 48_000) }, NODE);
    pin.get(DLS.DOWNLOAD, { data: instrumentDownload(2, 3 << 16, [{ wave: 1, loop: [1005, 2011] }]) }, NODE);
    pin.setState('RUN');
    send([0xb0, 0, 3], [0xb0, 91, 0], [0xc0, 0], [0x90, 60, 100]);
    const before = await nextStatistics(({ voices, peak }) => voices === 1 && peak > 0.01);
    pin.set(DLS.COMPACT, undefined, undefined, NODE);
    const { voices, peak, lostNotes } = await nextStatistics((statistics) => statistics !== before);
    expect([voices, lostNotes]).toEqual([1, 0]);
    expect(peak).toBeGreaterThanOrEqual(before.peak);
    expect(() => pin.get(DLS.COMPACT, undefined, NODE)).toThrow();
  });

  it('STATUS_NO_MEMORY for more than all clients together may download, until some is unloaded', () => {
    const budget = new DownloadBudget();
    const half = budget.free / 2;
    budget.take(half);
    budget.take(half);
    expect(statusOf(() => budget.take(1))).toBe('STATUS_NO_MEMORY');
    budget.give(half);
    expect(statusOf(() => budget.take(half))).toBeUndefined();

    const before = pin.get(SYNTH.RUNNINGSTATS, undefined, NODE).freeMemory;
    const data = waveDownload(1, cosine, 48_000);
    pin.get(DLS.DOWNLOAD, { data }, NODE);
    expect(pin.get(SYNTH.RUNNINGSTATS, undefined, NODE).freeMemory).toBe(before - data.length);
  });

  it('83: RUNNINGSTATS start anew when RUN is entered again', async () => {
    const wish = { voices: 2, channelGroups: 1, audioChannels: 0, sampleRate: 0, effectsFlags: 0, share: 0 };
    pin.get(SYNTH.PORTPARAMETERS, { ...wish, validParams: SYNTH_PORTPARAMS.VOICES }, NODE);
    pin.setState('RUN');
    send([0xc0, 16], ...[50, 55, 60, 65].map((key) => [0x90, key, 120]));
    await nextStatistics(({ lostNotes, peak }) => lostNotes > 0 && peak > 0);
    const stats = pin.get(SYNTH.RUNNINGSTATS, undefined, NODE);
    expect(stats.lostNotes).toBeGreaterThan(0);
    expect(stats.peakVolume).toBeGreaterThan(-9_600);
    send([0xb0, 120, 0]);
    await nextStatistics(({ voices }) => voices === 0);
    pin.setState('PAUSE');
    pin.setState('RUN');
    expect(pin.get(SYNTH.RUNNINGSTATS, undefined, NODE)).toMatchObject({ lostNotes: 0, peakVolume: -9_600 });
    expect((await nextStatistics(() => true)).lostNotes).toBe(0);
  });

  it('84: SYNTH_VOLUME of -600 is -6 dB', async () => {
    const peakAt = async (volume: number) => {
      pin.set(SYNTH.VOLUME, undefined, volume);
      expect(pin.get(SYNTH.VOLUME, undefined)).toBe(volume);
      pin.setState('STOP');
      pin.setState('RUN');
      send([0xb0, 0, 3], [0xb0, 91, 0], [0xc0, 0], [0x90, 60, 100]);
      let last = -1;
      const { peak } = await nextStatistics(({ peak: now }) => {
        const settled = now > 0 && now === last;
        last = now;
        return settled;
      });
      send([0xb0, 120, 0]);
      await nextStatistics(({ voices }) => voices === 0);
      return peak;
    };
    pin.get(DLS.DOWNLOAD, { data: waveDownload(1, cosine, 48_000) }, NODE);
    const data = instrumentDownload(2, 3 << 16, [{ wave: 1, loop: [1005, 2011] }]);
    pin.get(DLS.DOWNLOAD, { data }, NODE);
    const full = await peakAt(0);
    expect(20 * Math.log10((await peakAt(-600)) / full)).toBeCloseTo(-6, 1);
    pin.set(SYNTH.VOLUMEBOOST, undefined, 300, NODE);
    expect(20 * Math.log10((await peakAt(-600)) / full)).toBeCloseTo(-3, 1);
  });

  it('tells the latency clock: the master time of what can still be rendered', async () => {
    pin.setState('RUN');
    await nextStatistics(() => true);
    const ahead = pin.get(SYNTH.LATENCYCLOCK, undefined, NODE) - card.hardware.now();
    expect(ahead).toBeGreaterThan(0);
    expect(ahead).toBeLessThan(5_000_000);
  });

  it('completes what waits when the device is lost', async () => {
    const { downloadHandle } = pin.get(DLS.DOWNLOAD, { data: waveDownload(1, cosine, 48_000) }, NODE);
    pin.get(DLS.DOWNLOAD, { data: instrumentDownload(2, 0, [{ wave: 1 }]) }, NODE);
    const request = pin.set(DLS.UNLOAD, undefined, downloadHandle, NODE)!;
    card.hosts[0]!.kill();
    expect(await request.completed).toBe('STATUS_DEVICE_REMOVED');
  });
});
