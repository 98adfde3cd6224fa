import { describe, expect, it } from 'vitest';
import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  pcmFormat,
  WAVE_FORMAT,
  waveFormat,
  type DataFormat,
} from '../../../../src/main/engine/ks/format.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { MmError, type MmResult } from '../../../../src/main/engine/wdmaud/mmResult.ts';
import { waveOutDevices } from '../../../../src/main/engine/wdmaud/waveDevices.ts';
import { WaveOut, WHDR, type WaveHeader } from '../../../../src/main/engine/wdmaud/waveOut.ts';
import { converterCard, counting, type WavePortKind } from '../../../fixtures/converterCard.ts';
import { PCM_OUT_PIN } from '../../../fixtures/exampleAdapter/wave.ts';

const MS = 192;
const AC3: DataFormat = {
  majorFormat: KSDATAFORMAT_TYPE.AUDIO,
  subFormat: KSDATAFORMAT_SUBTYPE.AC3_SPDIF,
  specifier: KSDATAFORMAT_SPECIFIER.WAVEFORMATEX,
  wave: waveFormat(WAVE_FORMAT.DOLBY_AC3_SPDIF, 2, 48_000, 16),
};
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

function resultOf(act: () => unknown): MmResult | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof MmError) return error.result;
    throw error;
  }
}

/** A waveOut handle directly on the PCM pin. */
function pcmOut(kind: WavePortKind = 'cyclic') {
  const card = converterCard(kind);
  const pin = card.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
  const out = new WaveOut({
    format: pin.format,
    setState: (state) => pin.setState(state),
    write: (...parts) => pin.write(...parts),
    get: (...parts) => pin.get(...parts),
    dispose: () => pin.close(),
  });
  const done: WaveHeader[] = [];
  const header = (data: Uint8Array, flags = 0, loops = 0): WaveHeader => {
    const made: WaveHeader = { data, flags, loops, done: () => done.push(made) };
    out.prepareHeader(made);
    return made;
  };
  return { ...card, pin, out, header, done };
}

describe('waveOut of non-PCM data', () => {
  it('62: loops can be prepared but neither written nor broken; dwLoops without loop flags means nothing', () => {
    const { portCls, play } = converterCard('cyclic');
    const [device] = waveOutDevices(new SysAudio(portCls));
    const out = new WaveOut(device!.open(AC3));
    const header: WaveHeader = { data: counting(10 * MS), flags: WHDR.BEGINLOOP | WHDR.ENDLOOP, loops: 2 };
    expect(resultOf(() => out.prepareHeader(header))).toBeUndefined();
    expect(resultOf(() => out.write(header))).toBe('MMSYSERR_INVALPARAM');
    expect(header.flags & WHDR.INQUEUE).toBe(0);
    expect(resultOf(() => out.breakLoop())).toBe('MMSYSERR_INVALPARAM');
    const plain: WaveHeader = { data: counting(10 * MS), flags: WHDR.PREPARED, loops: 2 };
    expect(resultOf(() => out.write(plain))).toBeUndefined();
    const heard = join(play(), play(), play());
    expect(heard.filter((byte) => byte !== 0)).toHaveLength(10 * MS);
  });

  it('a format that no pin takes is refused at open', () => {
    const [device] = waveOutDevices(new SysAudio(converterCard('cyclic').portCls));
    const wave = waveFormat(0x0240, 2, 48_000, 16);
    expect(resultOf(() => device!.open({ ...AC3, wave }))).toBe('WAVERR_BADFORMAT');
  });
});

describe.each(['cyclic', 'pci'] as const)('waveOut of PCM over the %s port', (kind) => {
  /** What is heard without the silence around it. */
  const heard = (play: () => Uint8Array, blocks: number) => {
    const all = join(...Array.from({ length: blocks }, () => play()));
    const first = all.findIndex((byte) => byte !== 0);
    const last = all.findLastIndex((byte) => byte !== 0);
    return all.subarray(first, last + 1);
  };

  it('plays blocks in order, repeats loops without a seam and gives blocks back once', () => {
    const { out, header, play, done } = pcmOut(kind);
    const parts = [5, 7, 3, 11].map((milliseconds, index) => counting(milliseconds * MS, index * 50));
    const [intro, first, second, outro] = parts as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const headers = [
      header(intro),
      header(first, WHDR.BEGINLOOP, 3),
      header(second, WHDR.ENDLOOP),
      header(outro),
    ];
    out.pause();
    for (const each of headers) out.write(each);
    out.restart();
    expect(heard(play, 12)).toEqual(join(intro, first, second, first, second, first, second, outro));
    expect(done).toEqual(headers);
    expect(headers.every(({ flags }) => flags & WHDR.DONE && !(flags & WHDR.INQUEUE))).toBe(true);
    expect(out.position).toBe((5 + 30 + 11) * MS);
    out.close();
  });

  it('a broken loop plays its present pass to the end', () => {
    const { out, header, play, done } = pcmOut(kind);
    const loop = counting(100 * MS);
    const tail = counting(20 * MS, 7);
    const headers = [header(loop, WHDR.BEGINLOOP | WHDR.ENDLOOP, 50), header(tail)];
    for (const each of headers) out.write(each);
    play();
    out.breakLoop();
    const rest = join(...Array.from({ length: 14 }, () => play()));
    const end = rest.findLastIndex((byte) => byte !== 0) + 1;
    expect(rest.subarray(end - 110 * MS, end)).toEqual(join(loop.subarray(10 * MS), tail));
    expect(done).toEqual(headers);
  });

  it('pauses, goes on, and gives everything back when it is reset', () => {
    const { out, header, play, done } = pcmOut(kind);
    const headers = [header(counting(200 * MS)), header(counting(200 * MS))];
    expect(resultOf(() => out.write({ data: counting(4), flags: 0, loops: 0 }))).toBe('WAVERR_UNPREPARED');
    for (const each of headers) out.write(each);
    expect(resultOf(() => out.write(headers[0]!))).toBe('WAVERR_STILLPLAYING');
    expect(resultOf(() => out.unprepareHeader(headers[0]!))).toBe('WAVERR_STILLPLAYING');
    expect(resultOf(() => out.close())).toBe('WAVERR_STILLPLAYING');
    play();
    out.pause();
    const position = out.position;
    expect(new Set(play())).toEqual(new Set([0]));
    expect(out.position).toBe(position);
    out.restart();
    expect(play().some((byte) => byte !== 0)).toBe(true);
    out.reset();
    expect(done).toEqual(headers);
    expect(out.position).toBe(0);
    out.write(headers[0]!);
    expect(heard(play, 4).length).toBeGreaterThan(10 * MS);
    out.reset();
    out.close();
  });
});
