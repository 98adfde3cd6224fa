import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mixerVerb } from '../../../src/main/cli/mixerVerb.ts';
import { runCommandLine } from '../../../src/main/cli/run.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { noAlsaHost } from '../../support/noAlsa.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'pinwheel-mixer-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Runs a command line without a sound device; what it sets is there for the next one. */
async function pinwheel(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  let json: unknown;
  const code = await runCommandLine([mixerVerb], argv, {
    out: {
      line: (text) => out.push(text),
      json: (value) => (json = JSON.parse(JSON.stringify(value))),
      progress: () => undefined,
      note: (text) => err.push(text),
    },
    engine: {
      paths: appPaths({ PINWHEEL_HOME: home }),
      hostFactory: () => {
        throw new Error('the mixer needs no sound');
      },
      midiHostFactory: () => {
        throw new Error('no MIDI is needed');
      },
      alsaHostFactory: noAlsaHost,
    },
    stop: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n'), json };
}

describe('pinwheel mixer', () => {
  it('sets controls by type, name or id, and shows what they were set to', async () => {
    expect(await pinwheel('mixer', 'set', 'speakers/volume', '-6.2')).toMatchObject({
      code: 0,
      out: 'Speakers: volume -6.0 dB',
    });
    expect((await pinwheel('mixer', 'set', 'Synth/Synth Mute', 'on')).out).toBe('Synth: mute on');
    expect((await pinwheel('mixer', 'set', 'Synth/volume', '-3,-9')).out).toBe(
      'Synth: volume -3.0 / -9.0 dB',
    );
    expect((await pinwheel('mixer')).out).toBe(
      [
        'Pinwheel card',
        '  Speakers: mute off, volume -6.0 dB',
        '    Synth: volume -3.0 / -9.0 dB, mute on',
        '    FM Synth: volume 0.0 dB, mute off',
        '    Wave: volume 0.0 dB, mute off',
        '    Monitor: volume 0.0 dB, mute on',
        '  Recording: mute off, volume 0.0 dB, source Microphone',
        '    Microphone: volume 0.0 dB, mute off',
        '    Aux: volume 0.0 dB, mute off',
        '    What you hear: volume 0.0 dB, mute off',
      ].join('\n'),
    );
  });

  it('--json is the documented object', async () => {
    const { json } = await pinwheel('mixer', '--json');
    expect(json).toMatchObject({
      devices: [
        {
          id: 'soundCard',
          present: true,
          destinations: [
            {
              id: 0xffff0000,
              name: 'Speakers',
              component: 'DST_SPEAKERS',
              target: 'WAVEOUT',
              channels: 2,
              sources: [
                { id: 0, name: 'Synth', component: 'SRC_SYNTHESIZER', target: 'MIDIOUT' },
                { id: 0x10000, name: 'FM Synth', component: 'SRC_SYNTHESIZER', target: 'MIDIOUT' },
                { id: 0x20000, name: 'Wave', component: 'SRC_WAVEOUT', target: 'WAVEOUT' },
                { id: 0x30000, name: 'Monitor', component: 'SRC_MICROPHONE', target: 'WAVEIN' },
              ],
            },
            // The S/PDIF jack's line lies between them: it has no control, and is not shown.
            {
              id: 0xffff0002,
              name: 'Recording',
              component: 'DST_WAVEIN',
              target: 'WAVEIN',
              channels: 2,
              sources: [
                { id: 0x00002, name: 'Microphone', component: 'SRC_MICROPHONE', target: 'WAVEIN' },
                { id: 0x10002, name: 'Aux', component: 'SRC_LINE', target: 'UNDEFINED' },
                { id: 0x20002, name: 'What you hear', component: 'SRC_WAVEOUT', target: 'WAVEOUT' },
              ],
            },
          ],
        },
      ],
    });
    const set = await pinwheel('mixer', 'set', 'Speakers/mute', 'off', '--json');
    expect(set.json).toMatchObject({ type: 'MUTE', value: [false, false] });
  });

  it.each([
    [['set', 'Speakers/bass', '3'], 'has no control “bass”'],
    [['set', 'Tape/volume', '3'], 'no mixer line “Tape”'],
    [['set', 'Speakers/volume', 'loud'], '“loud”'],
    [['set', 'Speakers', '3'], 'LINE/CONTROL'],
    [['set', 'Speakers/volume'], 'takes a control and a value'],
    [['louder'], 'not a command'],
  ])('refuses “mixer %s” and says why', async (args, message) => {
    const { code, err } = await pinwheel('mixer', ...args);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(message);
  });
});
