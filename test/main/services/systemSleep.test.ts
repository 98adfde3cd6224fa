import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { secondsToReferenceTime } from '../../../src/contract/units.ts';
import { PowerPolicy } from '../../../src/main/engine/power/powerPolicy.ts';
import { MidiClient } from '../../../src/main/engine/wdmaud/midiClient.ts';
import { Player } from '../../../src/main/player/player.ts';
import { systemPower, type SystemPower } from '../../../src/main/services/power/systemPower.ts';
import { nullCard } from '../../support/nullCard.ts';
import { scale } from '../../support/smf.ts';

const HOUR_MS = 3_600_000;

/** A machine whose monotonic clock goes on while it sleeps, as on systems where that is so. */
describe('the machine sleeps for an hour', () => {
  let card: ReturnType<typeof nullCard>;
  let policy: PowerPolicy;
  let power: SystemPower;
  let player: Player;
  let aheadMs: number;

  beforeEach(async () => {
    aheadMs = 0;
    const { bigint } = process.hrtime;
    const now = performance.now.bind(performance);
    vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => bigint() + BigInt(aheadMs) * 1_000_000n);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    card = nullCard();
    policy = new PowerPolicy(card.portCls);
    power = systemPower(card.portCls, policy);
    await card.start();
    player = new Player({
      clock: card.hardware,
      openClient: () => MidiClient.openSynthesizer(card.portCls),
      openWave: () => {
        throw new Error('No sound file is played here.');
      },
      describe: () => Promise.reject(new Error('No sound file is played here.')),
    });
  });
  afterEach(async () => {
    player.dispose();
    policy.dispose();
    await card.dispose();
    vi.restoreAllMocks();
  });

  const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const position = () => player.getState().positionSeconds;
  const states = () => card.card.adapter.subdevices.map(({ power: { state } }) => state);
  const sleepAnHour = () => {
    power.suspend();
    aheadMs += HOUR_MS;
  };

  it('a song goes on where it was, on the same device, at its own speed', async () => {
    player.add({ name: 'scale.mid', bytes: scale({ steps: 40, everySeconds: 0.25 }).bytes });
    await player.play(null);
    await vi.waitFor(() => expect(position()).toBeGreaterThan(0.5), 10_000);
    sleepAnHour();
    expect(new Set(states())).toEqual(new Set(['D3']));
    const before = position();
    await delay(700);
    expect(position() - before).toBeLessThan(1);
    power.resume();
    expect(new Set(states())).toEqual(new Set(['D0']));
    const resumedAt = performance.now();
    await vi.waitFor(() => expect(position()).toBeGreaterThan(before + 1), 10_000);
    const elapsed = (performance.now() - resumedAt) / 1000;
    // Not all at once, and nothing of the hour.
    expect(position() - before).toBeLessThan(elapsed + 0.5);
    expect([player.getState().phase, card.hosts.length]).toEqual(['playing', 1]);
  });

  it('idle times begin anew', () => {
    const [subdevice] = card.card.adapter.subdevices;
    policy.setIdleSettings(subdevice!, {
      performanceIdleTime: 60,
      conservationIdleTime: 60,
      idlePowerState: 'D3',
    });
    sleepAnHour();
    expect(policy.idleDue(subdevice!)).toBeUndefined();
    power.resume();
    const left = policy.idleDue(subdevice!)! - card.hardware.now();
    expect(left).toBeGreaterThan(secondsToReferenceTime(55));
    expect(left).toBeLessThanOrEqual(secondsToReferenceTime(60));
    expect(subdevice!.power.state).toBe('D0');
  });

  it('a device that was lost meanwhile is replaced, and awake when the machine is', async () => {
    const arrived = new Promise((resolve) => card.hardware.onArrived(resolve));
    sleepAnHour();
    card.hosts[0]!.kill();
    await arrived;
    expect(new Set(states())).toEqual(new Set(['D3']));
    power.resume();
    expect(states()).toEqual(Array(6).fill('D0'));
    const client = MidiClient.openSynthesizer(card.portCls);
    client.setState('RUN');
    client.dispose();
  });
});
