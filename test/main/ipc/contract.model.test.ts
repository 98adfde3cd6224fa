import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { connect } from '../../../src/contract/rpc/client.ts';
import type { Clients } from '../../../src/contract/services/index.ts';
import { localTransport } from '../../../src/main/ipc/localTransport.ts';
import { fuzz } from '../../support/fuzzing.ts';
import { pinwheelInProcess } from '../../support/pinwheelInProcess.ts';
import { smf, writeSmf } from '../../support/smf.ts';

/**
 * The contract against a small model of it: the queue and what plays, the streams that this opens, registration and
 * power of subdevices, profiles, routes. After each command everything that the services tell is what the model says;
 * what the model has not got is refused with a typed error and changes nothing. A failure tells the shortest sequence.
 */

/** Subdevices that nothing here plays on: only commands move them. */
const SUBDEVICES = ['FmSynth', 'WaveCapture'] as const;
type Name = (typeof SUBDEVICES)[number];

interface Model {
  queue: number[];
  current: number | null;
  phase: 'stopped' | 'playing' | 'paused';
  loop: boolean;
  tempo: number;
  registered: Record<Name, boolean>;
  state: Record<Name, 'D0' | 'D3'>;
  profiles: string[];
  currentProfile: string | null;
  routes: number[];
}
type Real = Clients;
type Command = fc.AsyncCommand<Model, Real>;

const SONG = writeSmf({
  tracks: [[smf.noteOn(0, 0, 60, 100), smf.noteOff(600_000, 0, 60)]],
  division: 480,
});
const ROUTE = { from: 'a', to: 'b', channels: null, kinds: null, transpose: 0, velocityCurve: 1 };
const same = (one: string) => (other: string) => one.toLowerCase() === other.toLowerCase();

async function expectModel(model: Model, real: Real): Promise<void> {
  const player = await real.player.getState();
  expect(player).toMatchObject({ phase: model.phase, loop: model.loop, tempo: model.tempo });
  expect(player.queue.map(({ id }) => id)).toEqual(model.queue);
  if (model.phase !== 'stopped') expect(player.currentId).toBe(model.current);
  const { subdevices } = await real.power.getSnapshot();
  for (const name of SUBDEVICES) {
    const found = subdevices.find((each) => each.path === `soundCard/${name}`);
    expect(found?.registered, name).toBe(model.registered[name]);
    if (model.registered[name]) expect(found?.state, name).toBe(model.state[name]);
  }
  const { filters } = await real.topology.getSnapshot();
  const wavetable = filters.find(({ path: each }) => each === 'soundCard/Wavetable')!;
  const open = wavetable.pins.reduce((sum, pin) => sum + pin.open.length, 0);
  expect(open, 'streams').toBe(model.phase === 'stopped' ? 0 : 1);
  const profiles = await real.profiles.getState();
  expect(profiles.profiles.map(({ name }) => name).toSorted()).toEqual(model.profiles.toSorted());
  expect(profiles.current).toBe(model.currentProfile);
  expect((await real.midi.getState()).routes.map(({ id }) => id)).toEqual(model.routes);
}

/** A command is carried out, or refused with this code; then everything is as the model says. */
function command(name: string, act: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      await act(model, real);
      await expectModel(model, real);
    },
    toString: () => name,
  };
}
const refused = (what: Promise<unknown>) =>
  expect(what).rejects.toMatchObject({ code: expect.not.stringMatching(/^internal$/) as string });

const stop = (model: Model) => {
  model.phase = 'stopped';
};

const commands: fc.Arbitrary<Command>[] = [
  fc.constant(
    command('add', async (model, real) => {
      const { id } = await real.player.add({ name: 'song.mid', bytes: SONG });
      model.queue.push(id);
    }),
  ),
  fc.nat(5).map((at) =>
    command(`remove ${at}`, async (model, real) => {
      const id = model.queue[at];
      if (id === undefined) return refused(real.player.remove(1_000_000));
      // What follows it in the queue is another matter: here only what does not play is taken away.
      if (id === model.current) return;
      await real.player.remove(id);
      model.queue.splice(at, 1);
    }),
  ),
  fc.constant(
    command('clear', async (model, real) => {
      await real.player.clear();
      model.queue = [];
      model.current = null;
      stop(model);
    }),
  ),
  fc.nat(5).map((at) =>
    command(`play ${at}`, async (model, real) => {
      const id = model.queue[at];
      if (id === undefined) return refused(real.player.play(1_000_000));
      await real.player.play(id);
      model.current = id;
      model.phase = 'playing';
    }),
  ),
  fc.constant(
    command('pause', async (model, real) => {
      await real.player.pause();
      if (model.phase === 'playing') model.phase = 'paused';
    }),
  ),
  fc.constant(
    command('stop', async (model, real) => {
      await real.player.stop();
      stop(model);
    }),
  ),
  fc.boolean().map((loop) =>
    command(`loop ${loop}`, async (model, real) => {
      await real.player.setLoop(loop);
      model.loop = loop;
    }),
  ),
  fc.constantFrom(0.25, 1, 1.5, 4).map((tempo) =>
    command(`tempo ${tempo}`, async (model, real) => {
      await real.player.setTempo(tempo);
      model.tempo = tempo;
    }),
  ),
  fc.tuple(fc.constantFrom(...SUBDEVICES), fc.boolean()).map(([name, on]) =>
    command(`${on ? 'register' : 'unregister'} ${name}`, async (model, real) => {
      const call = on ? real.power.register(`soundCard/${name}`) : real.power.unregister(`soundCard/${name}`);
      if (model.registered[name] === on) return refused(call);
      await call;
      model.registered[name] = on;
      if (on) model.state[name] = 'D0';
    }),
  ),
  fc
    .tuple(fc.constantFrom(...SUBDEVICES), fc.constantFrom('D0' as const, 'D3' as const))
    .map(([name, state]) =>
      command(`${name} to ${state}`, async (model, real) => {
        const call = real.power.setState(`soundCard/${name}`, state);
        if (!model.registered[name]) return refused(call);
        await call;
        model.state[name] = state;
      }),
    ),
  fc.constantFrom('one', 'ONE', 'two').map((name) =>
    command(`save ${name}`, async (model, real) => {
      await real.profiles.save(name);
      model.profiles = [...model.profiles.filter((each) => !same(name)(each)), name];
      model.currentProfile = name;
    }),
  ),
  fc.constantFrom('one', 'two', 'three').map((name) =>
    command(`remove profile ${name}`, async (model, real) => {
      const found = model.profiles.find(same(name));
      if (found === undefined) return refused(real.profiles.remove(name));
      await real.profiles.remove(name);
      model.profiles = model.profiles.filter((each) => each !== found);
      if (model.currentProfile === found) model.currentProfile = null;
    }),
  ),
  fc.tuple(fc.constantFrom('one', 'two', 'three'), fc.constantFrom('one', 'two', 'three')).map(([from, to]) =>
    command(`rename profile ${from} to ${to}`, async (model, real) => {
      const found = model.profiles.find(same(from));
      if (found === undefined || model.profiles.some((each) => each !== found && same(to)(each)))
        return refused(real.profiles.rename(from, to));
      await real.profiles.rename(from, to);
      model.profiles = [...model.profiles.filter((each) => each !== found), to];
      if (model.currentProfile === found) model.currentProfile = to;
    }),
  ),
  fc.constant(
    command('add route', async (model, real) => {
      model.routes.push(await real.midi.addRoute(ROUTE));
    }),
  ),
  fc.nat(5).map((at) =>
    command(`remove route ${at}`, async (model, real) => {
      await real.midi.removeRoute(model.routes[at] ?? 1_000_000);
      model.routes.splice(at, 1);
    }),
  ),
];

it('the services are what the model says after every command', { tags: 'fuzz' }, async () => {
  await fuzz(
    'contract/model',
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (sequence) => {
      const home = mkdtempSync(path.join(tmpdir(), 'contract-model-'));
      const pinwheel = await pinwheelInProcess(home, { sound: true });
      const panel = connect(localTransport(pinwheel.served));
      const setup = () => ({
        model: {
          queue: [],
          current: null,
          phase: 'stopped',
          loop: false,
          tempo: 1,
          registered: { FmSynth: true, WaveCapture: true },
          state: { FmSynth: 'D0', WaveCapture: 'D0' },
          profiles: [],
          currentProfile: null,
          routes: [],
        } satisfies Model as Model,
        real: panel.services,
      });
      try {
        await fc.asyncModelRun(setup, sequence);
      } finally {
        panel.dispose();
        await pinwheel.dispose();
        vi.unstubAllEnvs();
        rmSync(home, { recursive: true, force: true });
      }
    }),
    { normal: 12, fuzz: 200 },
  );
});
