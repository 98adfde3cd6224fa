import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monitorVerb } from '../../../src/main/cli/monitorVerb.ts';
import { playVerb } from '../../../src/main/cli/playVerb.ts';
import { recordVerb } from '../../../src/main/cli/recordVerb.ts';
import { routeVerb } from '../../../src/main/cli/routeVerb.ts';
import { runCommandLine } from '../../../src/main/cli/run.ts';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { readSong } from '../../../src/main/player/smf/readSong.ts';
import { createInProcessHost } from '../../../src/main/host/inProcessHost.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { FolderMidi } from '../../support/midi/folderMidi.ts';
import { smf, writeSmf } from '../../support/smf.ts';
import { noAlsaHost } from '../../support/noAlsa.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const midiHostEntry = new URL('../../support/midi/folderHost.ts', import.meta.url);

describe('MIDI on the command line', { timeout: 40_000 }, () => {
  let home: string;
  let midi: FolderMidi;
  let sounds: ReturnType<typeof createInProcessHost> | undefined;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'midi-verbs-'));
    midi = new FolderMidi(path.join(home, 'midi'));
    midi.setPorts({ inputs: ['Keys:Keys 20:0'], outputs: ['Synth:Synth 24:0', 'Other:Other 28:0'] });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function run(...argv: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const stop = new AbortController();
    const code = runCommandLine([playVerb, monitorVerb, routeVerb, recordVerb], argv, {
      out: {
        line: (text) => out.push(text),
        json: (value) => out.push(JSON.stringify(value)),
        progress: () => undefined,
        note: (text) => err.push(text),
      },
      engine: {
        paths: appPaths({ PINWHEEL_HOME: path.join(home, 'home') }),
        hostFactory: () => (sounds = createInProcessHost()),
        midiHostFactory: () =>
          spawnHost({
            entry: midiHostEntry,
            env: { ...process.env, PINWHEEL_TEST_MIDI: path.join(home, 'midi') },
          }),
        alsaHostFactory: noAlsaHost,
      },
      stop: stop.signal,
    });
    return { out, err, stop: () => stop.abort(), code };
  }

  /** Two notes, 100 ms apart. */
  function song(): string {
    const file = path.join(home, 'song.mid');
    writeFileSync(
      file,
      writeSmf({
        tracks: [
          [
            smf.noteOn(0, 0, 60, 100),
            smf.noteOff(100, 0, 60),
            smf.noteOn(100, 0, 64, 100),
            smf.noteOff(200, 0, 64),
          ],
        ],
        division: 500,
      }),
    );
    return file;
  }

  it('plays a file to a port, at its times', async () => {
    const { code, out, err } = run('play', song(), '--to', 'synth', '--json');
    expect(await code, err.join('\n')).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ played: [{ name: 'song.mid' }], whole: true });
    const sent = midi.sent;
    expect(sent.map(({ port, bytes }) => [port, ...bytes.slice(0, 2)])).toEqual([
      ['Synth:Synth 24:0', 0x90, 60],
      ['Synth:Synth 24:0', 0x80, 60],
      ['Synth:Synth 24:0', 0x90, 64],
      ['Synth:Synth 24:0', 0x80, 64],
    ]);
    const elapsed = Number(BigInt(sent[3]!.atNs) - BigInt(sent[0]!.atNs)) / 1e6;
    // 200 ms in the file; on a busy machine the first one may have been late.
    expect(elapsed).toBeGreaterThan(150);
  });

  it('goes on where it was when the port comes back', async () => {
    const { code, stop } = run('play', song(), '--to', 'Synth', '--loop');
    await vi.waitFor(() => expect(midi.sent.length).toBeGreaterThan(0), WAIT);
    midi.setPorts({});
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const before = midi.sent.length;
    midi.setPorts({ outputs: ['Synth:Synth 36:0'] });
    await vi.waitFor(() => expect(midi.sent.length).toBeGreaterThan(before), WAIT);
    expect(midi.sent.at(-1)!.port).toBe('Synth:Synth 36:0');
    stop();
    expect(await code).toBe(0);
  });

  it('says which ports there are when it is given none of them', async () => {
    const { code, err } = run('play', song(), '--to', 'Nobody');
    expect(await code).toBe(2);
    expect(err.join('\n')).toContain('There is no MIDI output “Nobody”. There is: Synth, Other.');
  });

  it('shows what comes in, as text and as JSON', async () => {
    for (const json of [false, true]) {
      const { code, out, err, stop } = run('monitor', 'keys', ...(json ? ['--json'] : []));
      await vi.waitFor(() => expect(midi.openedInputs).toHaveLength(json ? 2 : 1), WAIT);
      midi.receive('Keys:Keys 20:0', 0, 0x90, 60, 100);
      midi.receive('Keys:Keys 20:0', 0.01, 0xfe);
      await vi.waitFor(() => expect(out).toHaveLength(2), WAIT);
      if (json) {
        expect(out.map((line) => JSON.parse(line) as unknown)).toMatchObject([
          { port: 'Keys', bytes: [0x90, 60, 100] },
          { port: 'Keys', bytes: [0xfe] },
        ]);
      } else {
        expect(out[0]).toMatch(/^ +\d+\.\d{4}  Keys  ch 1 note on C4 \(60\) velocity 100$/);
        expect(out[1]).toMatch(/Keys  active sensing$/);
      }
      expect(err).toEqual(['listening to Keys']);
      stop();
      expect(await code).toBe(0);
    }
  });

  it('routes an input to an output, and releases what sounds at the end', async () => {
    const { code, err, stop } = run('route', 'keys', 'other', '--transpose=-12', '--only', 'note');
    await vi.waitFor(() => expect(err).toEqual(['Keys → Other']), WAIT);
    await vi.waitFor(() => expect(midi.openedInputs).toHaveLength(1), WAIT);
    midi.receive('Keys:Keys 20:0', 0, 0x90, 72, 100);
    midi.receive('Keys:Keys 20:0', 0, 0xfe);
    await vi.waitFor(() => expect(midi.sent).toHaveLength(1), WAIT);
    stop();
    expect(await code).toBe(0);
    expect(midi.sent.map(({ port, bytes }) => [port, ...bytes])).toEqual([
      ['Other:Other 28:0', 0x90, 60, 100],
      ['Other:Other 28:0', 0x80, 60, 64],
    ]);
  });

  it('routes an input to the synthesizer of the card', async () => {
    const { code, out, stop } = run('route', 'keys', 'synth', '--json');
    await vi.waitFor(() => expect(out).toHaveLength(1), WAIT);
    expect(JSON.parse(out[0]!)).toMatchObject({ from: 'Keys', to: 'dls', channels: null, transpose: 0 });
    await vi.waitFor(() => expect(midi.openedInputs).toHaveLength(1), WAIT);
    let voices = 0;
    sounds!.onEvent((event) => {
      if (event.type === 'status') voices = event.status.voices;
    });
    midi.receive('Keys:Keys 20:0', 0, 0x90, 72, 100);
    await vi.waitFor(() => expect(voices).toBeGreaterThan(0), WAIT);
    midi.setPorts({});
    await vi.waitFor(() => expect(voices).toBe(0), WAIT);
    stop();
    expect(await code).toBe(0);
  });

  it('says which inputs come and go', async () => {
    const { code, err, stop } = run('monitor');
    await vi.waitFor(() => expect(err).toEqual(['listening to Keys']), WAIT);
    midi.setPorts({ inputs: ['Pads:Pads 24:0'] });
    await vi.waitFor(() => expect(err.slice(1).sort()).toEqual(['Keys is gone', 'listening to Pads']), WAIT);
    stop();
    expect(await code).toBe(0);
  });

  it('records what comes in, without real-time messages unless they are asked for', async () => {
    for (const realTime of [false, true]) {
      const file = path.join(home, 'recorded.mid');
      const opened = midi.openedInputs.length;
      const { code, out, stop } = run(
        'record',
        'keys',
        '-o',
        file,
        ...(realTime ? ['--real-time', '--json'] : []),
      );
      await vi.waitFor(() => expect(midi.openedInputs).toHaveLength(opened + 1), WAIT);
      midi.receive('Keys:Keys 20:0', 0, 0xf8);
      midi.receive('Keys:Keys 20:0', 0.01, 0x90, 60, 100);
      await new Promise((resolve) => setTimeout(resolve, 260));
      midi.receive('Keys:Keys 20:0', 0.25, 0x80, 60, 0);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      stop();
      expect(await code).toBe(0);
      if (realTime) expect(JSON.parse(out.join('\n'))).toEqual({ file, port: 'Keys', messages: 3 });
      else expect(out).toEqual([`${file}: 2 messages`]);
      const { events } = readSong('recorded.mid', new Uint8Array(readFileSync(file)));
      expect([...events.data]).toEqual([...(realTime ? [0xf8] : []), 0x90, 60, 100, 0x80, 60, 0]);
      expect(events.times[0]).toBe(0);
      // Exactly that, unless the first one was noticed late.
      const heldMs = (events.times[events.count - 1]! - events.times[events.count - 2]!) / 10_000;
      expect(heldMs).toBeGreaterThan(150);
      expect(heldMs).toBeLessThan(250.2);
    }
  });

  it('says why there is no MIDI', async () => {
    midi.setPorts({});
    rmSync(path.join(home, 'midi'), { recursive: true });
    const { code, err } = run('monitor');
    expect(await code).toBe(1);
    expect(err.join('\n')).toContain('This machine has no MIDI system: There is no MIDI in this folder.');
  });
});
