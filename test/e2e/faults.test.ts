import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { monotonicMs } from '../rigs/pipewire/pipeWireRig.ts';
import { full } from '../support/duration.ts';
import { requires } from '../support/requirements.ts';
import { seededRandom } from '../support/smfRandom.ts';
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

const SEQUENCES = Number(process.env['PINWHEEL_SEQUENCES'] ?? (full ? 200 : 2));
const SEED = Number(process.env['PINWHEEL_SEED'] ?? 0x5eed);
/** Each sequence has numbers of its own: the run can begin anywhere, and one of them can be had alone. */
const FIRST_SEQUENCE = Number(process.env['PINWHEEL_FIRST_SEQUENCE'] ?? 0);
const LONGEST = 4;
/** Of a fault that is not noticed, such as a pause of the server that is over before anybody could know. */
const NOTICE_MS = 10_000;
const REPORT = 'out/faults.json';

interface Failure {
  readonly sequence: number;
  readonly faults: readonly string[];
  readonly message: string;
}

requires('pipewire', 'chromium')('faults around a program that plays', () => {
  let program: PlayingProgram;
  const figures: Record<string, { noticedMs?: number; backMs: number }> = {};

  const end = async () => {
    if (!program) return;
    healProcesses(program);
    await program.dispose();
  };
  beforeAll(async () => {
    program = await PlayingProgram.start();
  });
  afterAll(end);

  /** Word of what was found so far, however the run ends. */
  const report = (last: number, failures: readonly Failure[]) => {
    if (!full) return;
    mkdirSync('out', { recursive: true });
    const sequences = { seed: SEED, first: FIRST_SEQUENCE, run: last - FIRST_SEQUENCE, failures };
    writeFileSync(REPORT, JSON.stringify({ faults: figures, sequences }, undefined, 2));
  };

  const possible = () =>
    FAULTS.filter(({ needsDisk, long }) => (!needsDisk || program.ownDisk) && (!long || full));

  it.for(FAULTS.filter(({ long }) => !long || full))(
    '$name: the sound is back, and everything as before',
    async (fault, { skip }) => {
      skip(!possible().includes(fault), 'a file system of its own needs root');
      const losses = await program.losses();
      const lines = program.log.length;
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
      if (fault.logged) expect(program.log.slice(lines).join('\n')).toMatch(fault.logged);
      await program.expectWhole(fault.complaint ? [fault.complaint] : []);
      figures[fault.name] = {
        ...(noticed !== undefined && { noticedMs: Math.round(noticed - began) }),
        backMs: Math.round(Math.max(0, back - ended)),
      };
      report(FIRST_SEQUENCE, []);
    },
  );

  it(`${SEQUENCES} random sequences end in the same`, { timeout: full ? 7_200_000 : 120_000 }, async () => {
    const failures: Failure[] = [];
    const causes: unknown[] = [];
    for (let sequence = FIRST_SEQUENCE; sequence < FIRST_SEQUENCE + SEQUENCES; sequence++) {
      const random = seededRandom(SEED + sequence);
      const chosen = Array.from({ length: random.between(2, LONGEST) }, () => random.pick(possible()));
      try {
        for (const fault of chosen) {
          await fault.begin(program);
          await delay(random.between(0, 700));
          await fault.end(program);
          await delay(random.between(0, 300));
        }
        await program.soundsOn('speakers');
        await program.expectWhole(chosen.flatMap(({ complaint }) => complaint ?? []));
      } catch (error) {
        const faults = chosen.map(({ name }) => name);
        failures.push({ sequence, faults, message: messageOf(error, program) });
        causes.push(error);
        // The others have a program that is whole.
        if (full) {
          await end();
          program = await PlayingProgram.start();
        }
      }
      report(sequence + 1, failures);
      if (failures.length > 0 && !full) break;
    }
    if (failures.length === 0) return;
    const told = failures.map(
      ({ sequence, faults, message }) => `${sequence}: ${faults.join(', ')}\n${message}`,
    );
    throw new AggregateError(
      causes,
      `Seed ${SEED}, ${failures.length} of ${SEQUENCES}:\n${told.join('\n\n')}`,
    );
  });
});

/** With what the program knew of itself. */
function messageOf(error: unknown, { log, states }: PlayingProgram): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [text, JSON.stringify(states.at(-1)), ...log.slice(-40)].join('\n');
}
