import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { tone } from '../support/audio/tones.ts';
import { writeWav } from '../support/audio/wav.ts';
import { requires } from '../support/requirements.ts';
import { smf, writeSmf } from '../support/smf.ts';
import { TestHome, type RunningPanel } from '../e2e/support/program.ts';
import { eventually } from '../e2e/support/waiting.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const textOf = (page: string) => readFileSync(path.join(ROOT, page), 'utf8');
/** Goes on until it is interrupted. */
const ENDLESS = /^npx pinwheel (trace|monitor|serve)\b/;
/** Needs MIDI ports, or at least ALSA's sequencer. */
const MIDI = /^npx pinwheel monitor\b/;
const HAS_MIDI = existsSync('/dev/snd/seq');

/** Lines of the blocks of commands, without their comments. */
const examples = ['README.md', 'docs/guide.md'].flatMap((page) =>
  [...textOf(page).matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) =>
    block!
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, ''))
      .filter((line) => line.startsWith('npx pinwheel '))
      .map((line) => [line, page] as const),
  ),
);

requires('pipewire')('the commands of the documentation', () => {
  let rig: PipeWireRig;
  let home: TestHome;
  let panel: RunningPanel;
  let other: ChildProcess;
  let folder: string;

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    home = new TestHome(rig.env);
    folder = path.join(home.dir, 'folder');
    mkdirSync(folder);
    const notes = [smf.noteOn(0, 0, 60, 100), smf.noteOff(100, 0, 60)];
    writeFileSync(path.join(folder, 'song.mid'), writeSmf({ tracks: [notes], division: 500 }));
    const sound = (seconds: number) =>
      writeWav({ rate: 48_000, channels: [tone({ frequency: 440, seconds })] });
    writeFileSync(path.join(folder, 'tone.wav'), sound(0.2));
    writeFileSync(path.join(folder, 'long.wav'), sound(600));
    other = spawn('paplay', [path.join(folder, 'long.wav')], { env: { ...process.env, ...rig.env } });
    panel = await home.serve();
    await eventually(
      async () => (await panel.connection.services.endpoints.getSnapshot()).programs.length > 0,
      20_000,
      () => 'the program that plays to be in the mixer',
    );
  });
  afterAll(async () => {
    panel?.connection.dispose();
    other?.kill();
    await home?.dispose();
    await rig?.dispose();
  });

  /** As a shell in the clone runs it, but in the folder with the files. */
  const start = (line: string) => {
    const command = line.replace('npx pinwheel', `exec "${process.execPath}" "${ROOT}/bin/pinwheel.mjs"`);
    return home.start([`cd "${folder}"; ${command}`], ['sh', '-c']);
  };

  it.each(examples)('%s (%s)', async (line) => {
    const program = start(line);
    if (MIDI.test(line) && !HAS_MIDI) {
      const { code, stderr } = await program.finished;
      expect(code).toBe(1);
      return expect(stderr).toContain('snd-seq');
    }
    if (ENDLESS.test(line)) {
      await eventually(
        () => program.stderr + program.stdout !== '',
        20_000,
        () => `a word from “${line}”`,
      );
      await sleep(100);
      program.child.kill('SIGINT');
    }
    const { code, stderr } = await program.finished;
    expect(code, stderr).toBe(0);
  });

  it('has examples of what a person does', () => {
    expect(examples.length).toBeGreaterThan(20);
  });

  describe('in the text', () => {
    /** Verbs with all words that their usage has. */
    let verbs: Map<string, string>;
    beforeAll(async () => {
      const { stdout } = await start('npx pinwheel help').finished;
      verbs = new Map(
        [...stdout.matchAll(/^ {2}(\w[\w-]*)(.*)$/gm)].map(([, verb, usage]) => [verb!, usage!]),
      );
    });

    it.each(['README.md', ...globSync('docs/*.md', { cwd: ROOT })])(
      'of %s are commands that there are',
      (page) => {
        const named = [...textOf(page).matchAll(/`(?:npx )?pinwheel ([a-z][^`]*)`/g)].map(
          ([, words]) => words!,
        );
        const unknown = named.filter((words) => {
          const [verb, second = ''] = words.split(' ');
          const usage = verb === 'help' ? '' : verbs.get(verb!);
          if (usage === undefined) return true;
          const isWord =
            /^(--)?[a-z][a-z-]*$/.test(second) && !usage.includes('NAME') && !usage.includes(' ID');
          return isWord && !new RegExp(`(^|[\\s|[])${second}\\b`).test(usage);
        });
        expect(unknown).toEqual([]);
      },
    );
  });
});
