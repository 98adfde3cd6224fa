import { expect } from 'vitest';
import type { MixerControl, MixerLine } from '../../../src/contract/services/mixer.ts';
import type { PowerSnapshot } from '../../../src/contract/services/power.ts';
import type { Subdevice } from '../../../src/main/engine/portcls/subdevice.ts';
import { DeviceGraph } from '../../../src/main/engine/sysaudio/deviceGraph.ts';
import { partsOnPath } from '../../../src/main/engine/sysaudio/partsInUse.ts';
import { SysAudio } from '../../../src/main/engine/sysaudio/sysAudio.ts';
import { waveInDevices, waveOutDevices } from '../../../src/main/engine/wdmaud/waveDevices.ts';
import { MixerDevice } from '../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { statusOf } from '../../fixtures/statusOf.ts';
import type { CardWorld, PowerStep } from './cardWorld.ts';

/** What holds after every operation. Specification 8, 9.5, RULE-12, RULE-13, RULE-15. */
export function checkInvariants(world: CardWorld): void {
  const snapshot = world.service.getSnapshot();
  checkRegistration(world, snapshot);
  checkConnections(world, snapshot);
  checkStreams(world);
  checkPowerStates(world);
  checkIdling(world);
  checkOrder(world);
  checkMixer(world);
  checkFollowers(world);
  for (const { complaints } of world.hosts) expect(complaints).toEqual([]);
}

function checkRegistration({ card, policy }: CardWorld, snapshot: PowerSnapshot): void {
  const { subdevices } = card.adapter;
  const names = subdevices.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(policy.subdevices).toEqual(subdevices);
  expect(snapshot.subdevices.filter(({ registered }) => registered).map(({ name }) => name)).toEqual(names);
  expect(new Set(snapshot.subdevices.map(({ path }) => path)).size).toBe(snapshot.subdevices.length);
  expect(snapshot.subdevices).toHaveLength(6);
}

function checkConnections({ card: { adapter } }: CardWorld, { connections }: PowerSnapshot): void {
  for (const { fromSubdevice, fromPin, toSubdevice, toPin } of adapter.connections) {
    const [from, to] = [adapter.subdevice(fromSubdevice), adapter.subdevice(toSubdevice)];
    expect(from?.filter.pin(fromPin).dataFlow).toBe('OUT');
    expect(to?.filter.pin(toPin).dataFlow).toBe('IN');
    expect(from!.filter.physicalConnection(fromPin)).toEqual({ filter: toSubdevice, pin: toPin });
    expect(to!.filter.physicalConnection(toPin)).toEqual({ filter: fromSubdevice, pin: fromPin });
  }
  expect(connections).toHaveLength(4);
  expect(connections.filter(({ connected }) => connected)).toHaveLength(adapter.connections.length);
  for (const { connected, possible } of connections) if (connected) expect(possible).toBe(true);
}

/** No stream on a removed pin, none that runs through what sleeps, none that is held up by nothing; in the host, too. */
function checkStreams(world: CardWorld): void {
  const { adapter } = world.card;
  const graph = new DeviceGraph({ subdevices: adapter.subdevices });
  const handles = world.clients.flatMap(({ open }) => open ?? []);
  for (const subdevice of adapter.subdevices) {
    const own = handles.filter((each) => each.subdevice === subdevice).map(({ pin }) => pin);
    expect(new Set(subdevice.openPins)).toEqual(new Set(own));
  }
  const expected = handles.flatMap(({ pin, subdevice, host }) => {
    const registered = adapter.subdevices.includes(subdevice);
    if (!registered) {
      expect(pin.state).toBe('STOP');
      expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
    }
    if (host !== world.host) return [];
    const vertex = registered ? graph.pin(subdevice, pin.pinId) : undefined;
    const crossed = new Set([...(vertex ? partsOnPath(vertex) : [])].map((part) => part.subdevice));
    const powered = [...crossed].every(({ power }) => power.state === 'D0');
    const state = pin.state === 'RUN' && !powered ? 'PAUSE' : pin.state;
    return `${subdevice.name} ${state}`;
  });
  const told = [...world.host.streams.values()].map(({ subdevice, state }) => `${subdevice} ${state}`);
  expect(told.sort()).toEqual(expected.sort());
}

function checkPowerStates({ card: { adapter }, policy, asleep, clock }: CardWorld): void {
  const { power, subdevices } = adapter;
  if (asleep) expect(power.state).toBe('D3');
  for (const subdevice of subdevices) {
    const { state, ownState, history, timeInStates } = subdevice.power;
    expect(state >= power.state).toBe(true);
    if (ownState === 'D0' && !asleep) expect(power.state).toBe('D0');
    if (policy.isHeld(subdevice) && !asleep) expect(state).toBe('D0');
    expect(history.map(({ time }) => time)).toEqual(
      history.map(({ time }) => time).toSorted((a, b) => a - b),
    );
    expect(history.at(-1)!.state).toBe(state);
    const { D0, D1, D2, D3 } = timeInStates;
    for (const time of [D0, D1, D2, D3]) expect(time).toBeGreaterThanOrEqual(0);
    expect(D0 + D1 + D2 + D3).toBeLessThanOrEqual(clock.now());
  }
  const allOff = subdevices.length > 0 && subdevices.every((each) => each.power.ownState === 'D3');
  if (allOff) expect(power.state).toBe('D3');
}

function checkIdling({ policy, portCls, clock, asleep }: CardWorld): void {
  for (const subdevice of policy.subdevices) {
    const due = policy.idleDue(subdevice);
    const { performanceIdleTime, conservationIdleTime } = policy.idleSettings(subdevice);
    const seconds = portCls.powerSource === 'battery' ? conservationIdleTime : performanceIdleTime;
    const busy = policy.isHeld(subdevice) || policy.streamsThrough(subdevice).length > 0;
    const counts = seconds > 0 && !busy && subdevice.power.state === 'D0';
    if (asleep) expect(due).toBeUndefined();
    else expect(due !== undefined, subdevice.name).toBe(counts);
    if (due === undefined) continue;
    expect(due).toBeGreaterThan(clock.now());
    expect(due).toBeLessThanOrEqual(clock.now() + seconds * 10_000_000);
  }
}

/** Down, what feeds before what it feeds; up, the other way round. */
function checkOrder({ steps, card: { adapter } }: CardWorld): void {
  const down = ({ from, to }: PowerStep) => to > from;
  for (const { fromSubdevice, toSubdevice } of adapter.connections) {
    for (const [at, first] of steps.entries()) {
      for (const second of steps.slice(at + 1)) {
        const together =
          first.reason === second.reason &&
          first.time === second.time &&
          down(first) === down(second) &&
          ['idle', 'system', 'stream'].includes(first.reason);
        if (!together) continue;
        const wrong = down(first) ? [toSubdevice, fromSubdevice] : [fromSubdevice, toSubdevice];
        expect([first.subdevice, second.subdevice], first.reason).not.toEqual(wrong);
      }
    }
  }
}

/** An id means the same for as long as the device is open; what is shown is what somebody sees who opens it now. */
function checkMixer({ mixer, mixerIds, card, portCls }: CardWorld): void {
  const lines = mixer.destinations.flatMap((line) => [line, ...line.sources]);
  for (const line of lines) {
    expectSame(mixerIds, `line ${line.id}`, `${line.component} ${line.name}`);
    for (const { id, type, node } of line.controls) {
      expectSame(mixerIds, `control ${id}`, `${type} ${node.filter} ${node.node}`);
    }
  }
  const fresh = new MixerDevice(card.adapter, portCls, () => 0);
  expectEqual(shown(mixer), shown(fresh));
  fresh.dispose();
}

function checkFollowers({ card, sysAudio, portCls, topology, followed }: CardWorld): void {
  const registered = new Set(card.adapter.subdevices);
  const fresh = new SysAudio(portCls);
  expectEqual(devices(sysAudio, registered), devices(fresh, registered));
  fresh.dispose();
  expectEqual(followed, topology.getSnapshot());
}

/** As `toEqual`, many times faster while it holds. */
function expectEqual(one: unknown, other: unknown): void {
  if (JSON.stringify(one) !== JSON.stringify(other)) expect(one).toEqual(other);
}

function devices(sysAudio: SysAudio, registered: ReadonlySet<Subdevice>) {
  for (const { subdevice } of sysAudio.graph.pins) expect(registered.has(subdevice)).toBe(true);
  return {
    virtual: sysAudio.devices.map((device) => [
      device.interfaceName,
      device.nodes.length,
      device.pins(true).map(({ name }) => name),
    ]),
    wave: [...waveOutDevices(sysAudio), ...waveInDevices(sysAudio)].map(({ caps }) => caps),
  };
}

function expectSame(known: Map<string, string>, id: string, meaning: string): void {
  expect(known.get(id) ?? meaning, id).toBe(meaning);
  known.set(id, meaning);
}

/** Lines without their ids, in an order of their own. */
function shown({ destinations }: MixerDevice) {
  const control = ({ type, name, node, ...rest }: MixerControl) => ({
    type,
    name,
    node,
    value: 'levels' in rest ? rest.levels : 'muted' in rest ? rest.muted : null,
  });
  const line = ({ name, component, target, controls }: MixerLine) => ({
    name,
    component,
    target,
    controls: controls.map(control).sort(byText),
  });
  return destinations
    .map((each) => ({ ...line(each), sources: each.sources.map(line).sort(byText) }))
    .sort(byText);
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
