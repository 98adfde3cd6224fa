import { setTimeout as sleep } from 'node:timers/promises';
import fc, { type Arbitrary } from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CARD_PARTS, type HostCommand, type HostEvent } from '../../../src/contract/hardware.ts';
import type { AlsaHostEvent } from '../../../src/contract/alsaHardware.ts';
import type { MidiHostEvent } from '../../../src/contract/midiHardware.ts';
import { referenceTime } from '../../../src/contract/units.ts';
import { isAlsaHostEvent, isHostEvent, isMidiHostEvent } from '../../../src/contract/hostEvents.ts';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { SoundHardware } from '../../../src/main/hardware/soundHardware.ts';
import { garbage } from '../../support/schemaArbitrary.ts';
import { openOnNull } from '../host/hostEvents.ts';
import { toneCard } from '../host/toneCard.ts';
import { fuzz } from '../../support/fuzzing.ts';
import { HostScript } from './hostScript.ts';

const at = referenceTime(0);
const status = {
  frames: 1,
  sampleRate: 48_000,
  latencyMs: 30,
  outputLatencyMs: 5,
  cpuPercent: 1,
  underruns: 0,
  voices: 0,
};
const progress = { frames: 1, bytes: 4, lostFrames: 0 };
const error = { code: 'bad-input', message: 'It cannot be read.' } as const;

/** One of each kind, as hosts say them. */
const HOST_EVENTS: readonly HostEvent[] = [
  {
    type: 'opened',
    output: { kind: 'null', label: '', reason: '' },
    sampleRate: 48_000,
    chunkFrames: 512,
    at,
  },
  ...CARD_PARTS.map((part) => ({ type: 'powered', part, state: 'D0', at }) as const),
  { type: 'pcms', labels: ['a'] },
  { type: 'openFailed', code: 'no-device', message: 'no' },
  { type: 'status', status },
  { type: 'meters', peaks: new Float32Array(8) },
  { type: 'streamPosition', stream: 1, position: at, at, eventsPlayed: 0 },
  { type: 'stalled', milliseconds: 1_000 },
  {
    type: 'synthStatistics',
    stream: 1,
    statistics: { voices: 0, lostNotes: 0, peak: 0, cpuPercent: 0 },
  },
  { type: 'unloaded', stream: 1, handle: 1 },
  { type: 'bankProgress', load: 1, done: 0.5 },
  { type: 'bankLoaded', load: 1, bank: { name: '', format: 'dls', instruments: 1, sampleBytes: 1 } },
  { type: 'bankFailed', load: 1, error },
  { type: 'streamSegment', stream: 1, segment: { feed: 1, streamFrame: 0, fileFrame: 0 } },
  { type: 'streamEnded', stream: 1 },
  { type: 'captureMeters', peaks: new Float32Array(2) },
  { type: 'recordingProgress', stream: 1, progress },
  { type: 'recordingFinished', stream: 1, progress },
  { type: 'captureInput', input: 'microphone', fault: '' },
  { type: 'streamFailed', stream: 1, error },
  { type: 'streamUnderrun', stream: 1 },
  { type: 'streamError', stream: 1, message: '' },
];

/** What ends a host by itself. */
const LAST_WORDS: readonly HostEvent['type'][] = ['stalled', 'openFailed'];

/** One of the values inside it is another. */
function changedIn(value: unknown, where: readonly number[], by: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || where.length === 0)
    return by;
  const keys = Object.keys(value);
  if (keys.length === 0) return by;
  const key = keys[where[0]! % keys.length]!;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  if (by === undefined) delete copy[key];
  else copy[key] = changedIn(copy[key], where.slice(1), by);
  return copy;
}
const wrong = (right: readonly unknown[]): Arbitrary<unknown> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...right) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.constantFrom(...right), fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }), garbage)
        .map(([event, where, by]) => changedIn(event, where, by)),
    },
    garbage,
  );

describe('what a device host says', () => {
  afterEach(() => void vi.useRealTimers());

  it('is understood, or the host is replaced; nothing else of it is believed', { tags: 'fuzz' }, async () => {
    vi.useFakeTimers();
    const hosts: HostScript[] = [];
    const hardware = new SoundHardware({
      hostFactory: () => {
        const made = new HostScript(1_000 + hosts.length);
        hosts.push(made);
        return made;
      },
      clock: () => BigInt(Math.round(performance.now() * 1000)) * 1000n,
    });
    void hardware.start({ output: 'null', latency: 'normal', card: toneCard });
    /** The host that is asked to open, as soon as there is one, and opens. */
    const opened = async (): Promise<HostScript> => {
      for (let second = 0; second < 120; second++) {
        const host = hosts.findLast((each) => each.open && !each.over);
        if (host) {
          host.opens();
          await vi.advanceTimersByTimeAsync(1);
          if (hardware.state.phase === 'running') return host;
        }
        await vi.advanceTimersByTimeAsync(1_000);
      }
      throw new Error('There is no output any more.');
    };
    await vi.advanceTimersByTimeAsync(1);
    let replaced = 0;
    await fuzz(
      'hosts/device-host-says',
      fc.asyncProperty(fc.array(wrong(HOST_EVENTS), { minLength: 1, maxLength: 5 }), async (said) => {
        const host = await opened();
        for (const event of said) {
          if (host.over) break;
          host.says(event as HostEvent);
          await vi.advanceTimersByTimeAsync(2);
          const fits = isHostEvent(event);
          expect(host.over).toBe(!fits || LAST_WORDS.includes(event.type));
          if (!fits) replaced++;
        }
        const { sampleRate, latencyMs, cpuPercent } = hardware.state;
        for (const value of [sampleRate, latencyMs, cpuPercent]) expect(value).toBeTypeOf('number');
        // Whatever it was told, it lets go of its hosts and stays as many.
        expect(hosts.filter(({ over }) => !over).length).toBeLessThanOrEqual(2);
        hosts.splice(0, hosts.length, ...hosts.filter(({ over }) => !over));
      }),
      { normal: 300, fuzz: 50_000 },
    );
    expect(replaced).toBeGreaterThan(50);
    await opened();
    const disposed = hardware.dispose();
    await vi.advanceTimersByTimeAsync(2_000);
    await disposed;
  });

  it.each<[string, readonly unknown[], (event: unknown) => boolean]>([
    ['device host', HOST_EVENTS, isHostEvent],
    [
      'MIDI host',
      [
        {
          type: 'ports',
          system: { available: true },
          ports: [{ name: 'a', input: true, output: false, failure: '' }],
        },
        { type: 'ports', system: { available: false, reason: 'none' }, ports: [] },
        { type: 'captured', port: 'a', time: at, bytes: new Uint8Array(3) },
        { type: 'streamPosition', stream: 1, position: at, at, eventsPlayed: 0 },
        { type: 'streamError', stream: 1, message: '' },
        { type: 'streamLost', stream: 1, message: '' },
        { type: 'powered', port: 'a' },
        { type: 'alive' },
      ] satisfies MidiHostEvent[],
      isMidiHostEvent,
    ],
    [
      'ALSA host',
      [
        { type: 'ready', system: { available: true }, cards: [] },
        {
          type: 'card',
          card: { index: 0, id: 'a', name: '', longName: '', driver: '', elements: [], pcms: [] },
        },
        { type: 'cardGone', card: 0 },
        { type: 'values', card: 0, numid: 1, values: [1, 2] },
        { type: 'written', request: 1, values: [] },
        { type: 'refused', request: 1, message: '' },
        { type: 'alive' },
      ] satisfies AlsaHostEvent[],
      isAlsaHostEvent,
    ],
  ])('is checked without an exception: %s', { tags: 'fuzz' }, async (name, right, fits) => {
    for (const event of right) expect(fits(event), JSON.stringify(event)).toBe(true);
    await fuzz(
      `hosts/checked/${name}`,
      fc.property(wrong(right), (event) => {
        fits(event);
        // No number of the wrong kind gets through.
        if (fits(event)) expect(JSON.stringify(event)).not.toContain('"stream":"');
      }),
      { normal: 1_000, fuzz: 150_000 },
    );
  });
});

const open = openOnNull();
const COMMANDS: readonly HostCommand[] = [
  open,
  { type: 'setPower', part: 'wave', state: 'D0' },
  { type: 'setRegisters', values: [{ register: 0, gains: [1, 1] }] },
  { type: 'openStream', stream: 1, input: 'synth', synth: { kind: 'wavetable' } },
  { type: 'setCaptureSources', sources: {} },
  { type: 'setCaptureMetering', on: true },
  { type: 'setStreamState', stream: 1, state: 'RUN' },
  { type: 'writeStream', stream: 1, startTime: at, records: new Uint8Array(40) },
  { type: 'closeStream', stream: 1 },
  { type: 'loadBank', load: 1, file: '/nowhere.dls' },
  { type: 'cancelBank' },
  { type: 'setSilent', silent: false },
  { type: 'setMetering', on: true },
];

describe('what a device host is told', () => {
  it('leaves it answering, or ends it at once; it never hangs', { tags: 'fuzz' }, async () => {
    const entry = new URL('../../../src/main/host/host.ts', import.meta.url);
    await fuzz(
      'hosts/device-host-is-told',
      fc.asyncProperty(fc.array(wrong(COMMANDS), { minLength: 5, maxLength: 30 }), async (told) => {
        const host = spawnHost({ entry });
        let words = 0;
        let over = false;
        host.onEvent(() => words++);
        host.onExit(() => (over = true));
        host.send(open);
        try {
          await expect.poll(() => words > 0, { timeout: 15_000 }).toBe(true);
          for (const command of told) host.send(command as HostCommand);
          await sleep(100);
          const before = words;
          // It reports four times a second.
          await expect.poll(() => over || words > before, { timeout: 10_000 }).toBe(true);
        } finally {
          host.kill();
        }
      }),
      { normal: 4, fuzz: 300 },
    );
  });
});
