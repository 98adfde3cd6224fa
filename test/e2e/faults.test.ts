import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { monotonicMs } from '../rigs/pipewire/pipeWireRig.ts';
import { full } from '../support/duration.ts';
import { requires } from '../support/requirements.ts';
import { FAULTS, healProcesses } from './support/faults.ts';
import { PlayingProgram } from './support/playingProgram.ts';
import { delay } from './support/waiting.ts';

/**
 * What goes wrong around the program, each fault alone with its times, then random sequences in which one follows the
 * other before the program has got over it. After each: the tone is heard again from the sink's monitor, one host with
 * one stream is there, nothing is left open, nobody complained, and the log has a line for each loss.
 *
 * The full run leaves its figures in out/faults.json, for docs/reliability.md.
 */

const SEQUENCES = full ? 200 : 2;
const SEED = Number(process.env['PINWHEEL_SEED'] ?? 0x5eed);
const LONGEST = 4;
/** Of a fault that is not noticed, such as a pause of the server that is over before anybody could know. */
const NOTICE_MS = 8_000;

requires('pipewire')('faults around a program that plays', () => {
  let program: PlayingProgram;
  const figures: Record<string, { noticedMs?: number; backMs: number }> = {};

  beforeAll(async () => {
    program = await PlayingProgram.start();
  });
  afterAll(async () => {
    if (!program) return;
    healProcesses(program);
    await program.dispose();
  });

  /** Word of what was found so far, however the run ends. */
  const report = (sequences: number) => {
    if (!full) return;
    mkdirSync('out', { recursive: true });
    writeFileSync(
      'out/faults.json',
      JSON.stringify({ faults: figures, seed: SEED, sequences }, undefined, 2),
    );
  };

  const possible = () => FAULTS.filter(({ needsDisk }) => !needsDisk || program.ownDisk);

  it.for(FAULTS)('$name: the sound is back, and everything as before', async (fault, { skip }) => {
    skip(!possible().includes(fault), 'a file system of its own needs root');
    const losses = await program.losses();
    const asked = monotonicMs();
    const began = (await fault.begin(program)) ?? asked;
    const noticed = fault.loses ? await program.noticed(began, NOTICE_MS) : undefined;
    const ended = monotonicMs();
    await fault.end(program);
    const back = await program.soundsOn('speakers');
    if (fault.loses) {
      expect(noticed, 'it is noticed').toBeDefined();
      expect(await program.losses()).toBeGreaterThan(losses);
    }
    await program.expectWhole();
    figures[fault.name] = {
      ...(noticed !== undefined && { noticedMs: Math.round(noticed - began) }),
      backMs: Math.round(Math.max(0, back - ended)),
    };
    report(0);
  });

  it(`${SEQUENCES} random sequences end in the same`, { timeout: full ? 7_200_000 : 120_000 }, async () => {
    let state = SEED;
    const random = (limit: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const faults = possible();
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const chosen = Array.from({ length: 2 + random(LONGEST - 1) }, () => faults[random(faults.length)]!);
      const names = chosen.map(({ name }) => name).join(', ');
      try {
        for (const fault of chosen) {
          await fault.begin(program);
          await delay(random(700));
          await fault.end(program);
          await delay(random(300));
        }
        await program.soundsOn('speakers');
        await program.expectWhole();
      } catch (error) {
        throw new Error(`Seed ${SEED}, sequence ${sequence}: ${names}`, { cause: error });
      }
      report(sequence + 1);
    }
  });
});
