import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../../src/contract/emitter.ts';
import { decibelsToKsLevel, type KsLevel } from '../../../src/contract/units.ts';
import { ProgramMemory, programKey, type ProgramState } from '../../../src/main/services/programMemory.ts';

const PLAYER = new Map([['application.process.binary', 'player']]);

/** A sound server's programs, and what is remembered of them; both outlive the memory under test. */
class Machine {
  readonly kept = new Map<string, ProgramState>();
  readonly set: string[] = [];
  readonly states = new Map<number, ProgramState & { readonly properties: ReadonlyMap<string, string> }>();
  readonly #change = new Emitter<void>();
  serverRunning = true;
  enabled = true;
  memory: ProgramMemory | undefined;

  get state() {
    const streams = [...this.states].map(([index, { properties }]) => ({ index, properties }));
    return { serverRunning: this.serverRunning, streams };
  }

  start(): void {
    this.memory = new ProgramMemory({
      server: this,
      programs: {
        onChange: this.#change.event,
        programLevels: (index) => this.states.get(index),
        setProgramLevels: (index, levels) => {
          this.set.push(`${index} level`);
          this.states.set(index, { ...this.states.get(index)!, levels: levels as KsLevel[] });
        },
        setProgramMuted: (index, muted) => {
          this.set.push(`${index} ${muted ? 'muted' : 'unmuted'}`);
          this.states.set(index, { ...this.states.get(index)!, muted });
        },
      },
      memory: {
        program: (key) => this.kept.get(key),
        setProgram: (key, state) => void this.kept.set(key, state),
      },
      enabled: () => this.enabled,
      isOwn: (processId) => processId === 77,
    });
  }

  stream(index: number, decibels: number[], properties: ReadonlyMap<string, string> = PLAYER, muted = false) {
    this.states.set(index, { properties, levels: decibels.map(decibelsToKsLevel), muted });
    this.#change.fire();
  }

  end(index: number): void {
    this.states.delete(index);
    this.#change.fire();
  }

  decibels(index: number): number[] | undefined {
    return this.states.get(index)?.levels.map((level) => level / 0x10000);
  }
}

describe('levels of programs', () => {
  let machine: Machine;
  beforeEach(() => {
    vi.useFakeTimers();
    machine = new Machine();
    machine.start();
  });
  afterEach(() => {
    machine.memory?.dispose();
    vi.useRealTimers();
  });

  it('come again with the next stream, also after a restart', () => {
    machine.stream(1, [0, 0]);
    machine.stream(1, [-12, -14]);
    vi.advanceTimersByTime(1_000);
    machine.end(1);
    machine.stream(2, [0, 0]);
    expect(machine.decibels(2)).toEqual([-12, -14]);
    machine.end(2);
    machine.memory?.dispose();
    machine.start();
    machine.stream(3, [0]);
    expect(machine.decibels(3)).toEqual([-12]);
    expect(machine.set).toEqual(['2 level', '3 level']);
  });

  it('a muted program comes again muted', () => {
    machine.stream(1, [-3]);
    machine.stream(1, [-3], PLAYER, true);
    vi.advanceTimersByTime(1_000);
    machine.end(1);
    machine.stream(2, [0]);
    expect(machine.set).toEqual(['2 level', '2 muted']);
  });

  it('are set once: what somebody sets afterwards stays, and is what is remembered', () => {
    machine.kept.set('application.process.binary=player', { levels: [decibelsToKsLevel(-12)], muted: false });
    machine.stream(1, [0, 0]);
    machine.stream(1, [-3, -3]);
    vi.advanceTimersByTime(1_000);
    machine.stream(1, [0, 0]);
    expect(machine.set).toEqual(['1 level']);
    vi.advanceTimersByTime(1_000);
    machine.end(1);
    machine.stream(2, [0, 0]);
    expect(machine.decibels(2)).toEqual([0, 0]);
  });

  it('are left alone where the program or the server has set them, and where the stream was there before', () => {
    const remembered = { levels: [decibelsToKsLevel(-12)], muted: false };
    machine.kept.set('application.process.binary=player', remembered);
    machine.stream(1, [-30]);
    expect(machine.decibels(1)).toEqual([-30]);
    machine.memory?.dispose();
    machine.stream(2, [0]);
    machine.start();
    machine.stream(2, [0]);
    expect(machine.decibels(2)).toEqual([0]);
    expect(machine.set).toEqual([]);
  });

  it('a fade to silence before the end is not what is remembered', () => {
    machine.stream(1, [0]);
    machine.stream(1, [-6]);
    vi.advanceTimersByTime(2_000);
    for (let decibels = -7; decibels > -96; decibels--) {
      machine.stream(1, [decibels]);
      vi.advanceTimersByTime(20);
    }
    machine.end(1);
    vi.advanceTimersByTime(5_000);
    machine.stream(2, [0]);
    expect(machine.decibels(2)).toEqual([-6]);
  });

  it('are neither remembered nor set when that is off; our own streams never', () => {
    machine.enabled = false;
    machine.stream(1, [0]);
    machine.stream(1, [-6]);
    vi.advanceTimersByTime(1_000);
    expect(machine.kept.size).toBe(0);
    machine.enabled = true;
    const own = new Map([...PLAYER, ['application.process.id', '77']]);
    machine.stream(2, [0], own);
    machine.stream(2, [-6], own);
    vi.advanceTimersByTime(1_000);
    expect(machine.kept.size).toBe(0);
    machine.stream(1, [-9]);
    vi.advanceTimersByTime(1_000);
    machine.enabled = false;
    machine.stream(3, [0]);
    expect(machine.set).toEqual([]);
  });
});

describe('what a program is known by', () => {
  it('is its id, else its file and name; nothing is nothing', () => {
    const all = [
      ['application.name', 'Web Browser'],
      ['application.process.binary', 'browser'],
      ['application.id', 'org.example.browser'],
    ] as const;
    expect(programKey(new Map(all))).toBe('application.id=org.example.browser');
    expect(programKey(new Map(all.slice(0, 2)))).toBe(
      'application.process.binary=browser application.name=Web Browser',
    );
    expect(programKey(new Map(all.slice(0, 1)))).toBe('application.name=Web Browser');
    expect(programKey(new Map([['application.id', '']]))).toBeUndefined();
  });
});
