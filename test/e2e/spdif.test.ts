import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ErrorRecord } from '../../src/contract/errors.ts';
import type { BurstCoding } from '../../src/contract/hardware.ts';
import { cardDescription } from '../../src/main/adapters/soundCard/cardLayout.ts';
import { SoundCard } from '../../src/main/adapters/soundCard/soundCard.ts';
import { pcmFormat } from '../../src/main/engine/ks/format.ts';
import { burstFormat } from '../../src/main/engine/portcls/wave/burstFormats.ts';
import { PortCls } from '../../src/main/engine/portcls/portcls.ts';
import { WaveClient } from '../../src/main/engine/wdmaud/waveClient.ts';
import { spawnHost } from '../../src/main/hardware/hostProcess.ts';
import { SoundHardware } from '../../src/main/hardware/soundHardware.ts';
import { ServerWatcher } from '../../src/main/hardware/soundServer/index.ts';
import { PipeWireRig, type Recording } from '../rigs/pipewire/pipeWireRig.ts';
import { encodeNoise, wrapByFfmpeg, type Encoding } from '../support/audio/codedSound.ts';
import { sineWav } from '../support/audio/wavFile.ts';
import { requires } from '../support/requirements.ts';
import { TestHome } from './support/program.ts';
import { delay, eventually } from './support/waiting.ts';

const HOST_ENTRY = new URL('../../src/main/host/host.ts', import.meta.url);
const DIGITAL = 'digital';

/** The samples as 16-bit words, and whether each was exactly one. */
function wordsOf({ interleaved }: Recording): { words: Buffer; exact: boolean } {
  const words = Buffer.alloc(2 * interleaved.length);
  let exact = true;
  interleaved.forEach((sample, index) => {
    exact &&= Number.isInteger(sample * 0x8000);
    words.writeInt16LE(Math.round(sample * 0x8000), 2 * index);
  });
  return { words, exact };
}

/** Frames by which a place in the data is known. */
const KNOWN_FRAMES = 8;

/**
 * How often what was played breaks off: words stand still although data are due, or some are missing, which is what a
 * busy machine costs. Undefined when anything else than the data was played from their beginning on.
 */
function breaksIn(words: Buffer, expected: Buffer): number | undefined {
  const start = words.indexOf(expected.subarray(0, 4 * KNOWN_FRAMES));
  if (start < 0) return undefined;
  const frames = (bytes: Buffer) => new Uint32Array(Uint8Array.from(bytes).buffer);
  const [played, wanted] = [frames(words.subarray(start)), frames(expected)];
  let breaks = 0;
  let due = 0;
  let isPaused = false;
  for (let at = 0; at < played.length; at++) {
    if (played[at] !== wanted[due] && played[at] !== 0) {
      const known = Buffer.from(played.slice(at, at + KNOWN_FRAMES).buffer);
      const found = expected.indexOf(known, 4 * due);
      if (found < 0) return undefined;
      due = found / 4;
      if (!isPaused) breaks++;
    }
    if (due < wanted.length && played[at] === wanted[due]) {
      due++;
      isPaused = false;
    } else if (!isPaused && due < wanted.length) {
      breaks++;
      isPaused = true;
    }
  }
  // Data that are missing at the end are missing, too.
  return due === wanted.length ? breaks : undefined;
}

requires('pipewire', 'ffmpeg')('coded sound over S/PDIF', () => {
  let folder: string;
  let rig: PipeWireRig | undefined;
  let server: ServerWatcher;
  let hardware: SoundHardware;
  let portCls: PortCls;
  let card: SoundCard;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-spdif-'));
  });
  afterEach(async () => {
    card?.dispose();
    portCls?.dispose();
    await hardware?.dispose();
    server?.dispose();
    await rig?.dispose();
    rig = undefined;
    rmSync(folder, { recursive: true });
  });

  async function start(
    rate: number,
    { spdif = `sink:${DIGITAL}`, output = 'default' } = {},
  ): Promise<PipeWireRig> {
    const started = (rig = await PipeWireRig.start({ digital: { name: DIGITAL, rate } }));
    const env = { ...process.env, ...started.env };
    server = new ServerWatcher({ env });
    hardware = new SoundHardware({
      hostFactory: () => spawnHost({ entry: HOST_ENTRY, env }),
      soundServer: server,
    });
    portCls = new PortCls({ masterClock: hardware });
    card = new SoundCard(portCls, hardware);
    hardware.setSpdif(spdif);
    await hardware.start({ output, latency: 'normal', card: cardDescription() });
    return started;
  }

  function save(name: string, bytes: Uint8Array): string {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  }

  function play(coding: BurstCoding, rate: number, file: string, firstFrame = 0) {
    const client = WaveClient.open(portCls, burstFormat(coding, rate));
    const failures: ErrorRecord[] = [];
    const lost: string[] = [];
    let ended = false;
    let underruns = 0;
    client.stream.onFailed((error) => failures.push(error));
    client.stream.onEnded(() => (ended = true));
    client.stream.onUnderrun(() => underruns++);
    client.onRemoved((reason) => lost.push(reason));
    client.stream.feed({ id: 1, file, firstFrame });
    client.setState('RUN');
    return { client, failures, lost, ended: () => ended, underruns: () => underruns };
  }

  const FILES: { encoding: Encoding; coding: BurstCoding; link: number }[] = [
    { encoding: { codec: 'ac3', kbps: 448, layout: '5.1', seconds: 2 }, coding: 'ac3', link: 48_000 },
    { encoding: { codec: 'eac3', kbps: 768, layout: '5.1', seconds: 2 }, coding: 'eac3', link: 192_000 },
    { encoding: { codec: 'dts', kbps: 1_411, layout: '5.1(side)', seconds: 2 }, coding: 'dts', link: 48_000 },
    { encoding: { codec: 'mp2', kbps: 192, rate: 44_100, seconds: 2 }, coding: 'mpeg', link: 44_100 },
  ];

  it.each(FILES)(
    '$coding at $link Hz arrives bit by bit',
    { timeout: 60_000 },
    async ({ encoding, coding, link }) => {
      const frames = encodeNoise(encoding);
      const expected = wrapByFfmpeg(encoding.codec, frames);
      const session = await start(link);
      // Levels that would destroy data.
      await session.pactl('set-sink-volume', DIGITAL, '40%');
      await session.pactl('set-sink-mute', DIGITAL, '1');
      const recorder = await session.record(DIGITAL, { rate: link });
      const playing = play(coding, link, save(`coded.${encoding.codec}`, frames));
      await eventually(
        () => playing.ended() || playing.failures.length > 0,
        20_000,
        () => `the end; ${JSON.stringify([playing.failures, playing.lost])}`,
      );
      await delay(300);
      playing.client.dispose();
      const { words, exact } = wordsOf(await recorder.stop());
      expect(playing.failures).toEqual([]);
      expect(exact).toBe(true);
      expect(breaksIn(words, expected)).toBe(0);
      // The sink has its own levels again.
      await eventually(
        async () => {
          const volume = await session.pactl('get-sink-volume', DIGITAL);
          const mute = await session.pactl('get-sink-mute', DIGITAL);
          return / 40% /.test(volume) && /yes/.test(mute);
        },
        5_000,
        () => 'the levels that the sink had',
      );
    },
  );

  it(
    'sends other programs away from the sink while data runs, and lets them back',
    { timeout: 60_000 },
    async () => {
      const session = await start(48_000);
      const music = save('music.wav', sineWav({ seconds: 30 }));
      const program = spawn('paplay', [`--device=${DIGITAL}`, music], {
        env: { ...process.env, ...session.env },
        stdio: 'ignore',
      });
      try {
        const placeOf = async () => {
          const streams = await session.sinkInputs();
          const sinks = (await session.pactl('list', 'short', 'sinks'))
            .split('\n')
            .map((line) => line.split('\t'));
          const { sink } = streams.find(({ properties }) => properties['application.name'] === 'paplay')!;
          return sinks.find(([index]) => Number(index) === sink)?.[1];
        };
        const recorder = await session.record(DIGITAL);
        await recorder.waitFor(({ interleaved }) => interleaved.some((sample) => sample > 0.3), 10_000);
        const frames = encodeNoise({ codec: 'ac3', kbps: 192, seconds: 2 });
        const playing = play('ac3', 48_000, save('film.ac3', frames));
        await eventually(
          () => playing.ended() || playing.failures.length > 0,
          20_000,
          () => 'the end',
        );
        expect(await placeOf()).toBe('speakers');
        await delay(300);
        const { words } = wordsOf(await recorder.stop());
        expect(playing.failures).toEqual([]);
        expect(breaksIn(words, wrapByFfmpeg('ac3', frames))).toBe(0);
        playing.client.dispose();
        await eventually(
          async () => (await placeOf()) === DIGITAL,
          5_000,
          () => 'the program on its own output',
        );
      } finally {
        program.kill();
      }
    },
  );

  it('gives the sink its levels back after it was killed while it sent', { timeout: 90_000 }, async () => {
    const session = (rig = await PipeWireRig.start({ digital: { name: DIGITAL, rate: 48_000 } }));
    await session.pactl('set-sink-volume', DIGITAL, '40%');
    const volumeIs = (percent: string) =>
      eventually(
        async () => (await session.pactl('get-sink-volume', DIGITAL)).includes(` ${percent} `),
        20_000,
        () => `a volume of ${percent}`,
      );
    const home = new TestHome(session.env);
    try {
      const film = save('film.ac3', encodeNoise({ codec: 'ac3', kbps: 192, seconds: 30 }));
      const first = await home.serve();
      const { devices, player } = first.connection.services;
      await devices.selectSpdif(`sink:${DIGITAL}`);
      await player.addFile({ path: film });
      await player.play(null);
      await volumeIs('100%');
      home.kill();
      await first.program.finished;
      expect(await session.pactl('get-sink-volume', DIGITAL)).toContain(' 100% ');
      await home.serve();
      await volumeIs('40%');
    } finally {
      await home.dispose();
    }
  });

  it('refuses a sink that keeps another rate, and sends nothing', { timeout: 60_000 }, async () => {
    const session = await start(48_000);
    const recorder = await session.record(DIGITAL);
    const frames = encodeNoise({ codec: 'ac3', kbps: 192, rate: 44_100 });
    const { failures, client } = play('ac3', 44_100, save('cd.ac3', frames));
    await eventually(
      () => failures.length > 0,
      20_000,
      () => 'a failure',
    );
    expect(failures).toMatchObject([{ code: 'not-supported', subject: DIGITAL }]);
    expect(failures[0]!.message).toContain('48000 Hz');
    await delay(300);
    client.dispose();
    expect((await recorder.stop()).interleaved.every((sample) => sample === 0)).toBe(true);
  });

  it('has the device of the card to itself, and gives it back', { timeout: 60_000 }, async () => {
    const session = await start(48_000, { output: `sink:${DIGITAL}` });
    const openWave = () => WaveClient.open(portCls, pcmFormat(2, 48_000, 16));
    const tone = save('tone.wav', sineWav({ seconds: 20 }));
    const before = openWave();
    let reason = '';
    before.onRemoved((why) => (reason = why));
    before.stream.feed({ id: 1, file: tone, firstFrame: 0 });
    before.setState('RUN');
    await delay(1_000);

    const recorder = await session.record(DIGITAL);
    const frames = encodeNoise({ codec: 'ac3', kbps: 192, seconds: 2 });
    const expected = wrapByFfmpeg('ac3', frames);
    const playing = play('ac3', 48_000, save('film.ac3', frames));
    expect(reason).toContain('S/PDIF');
    expect(openWave).toThrow(expect.objectContaining({ status: 'STATUS_UNSUCCESSFUL' }));
    expect(() => play('ac3', 48_000, tone)).toThrow(
      expect.objectContaining({ status: 'STATUS_UNSUCCESSFUL' }),
    );
    expect(hardware.state.reason).toContain('S/PDIF');
    await eventually(
      () => playing.ended(),
      20_000,
      () => 'the end',
    );
    await delay(300);
    const { words } = wordsOf(await recorder.stop());
    expect(breaksIn(words, expected)).toBe(0);

    playing.client.dispose();
    expect(hardware.state.reason).toBe('');
    const again = await session.record(DIGITAL);
    const after = openWave();
    after.stream.feed({ id: 1, file: tone, firstFrame: 0 });
    after.setState('RUN');
    await again.waitFor(({ interleaved }) => interleaved.some((sample) => sample > 0.45), 10_000);
    after.dispose();
  });
});
