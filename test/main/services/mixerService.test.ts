import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../../src/contract/frames.ts';
import type { ControlChange, MixerControl, MixerSnapshot } from '../../../src/contract/services/mixer.ts';
import { ksLevel } from '../../../src/contract/units.ts';
import { KSNODETYPE } from '../../../src/main/engine/ks/guid.ts';
import { agcItem } from '../../../src/main/engine/ks/nodes/switch.ts';
import { bassItem } from '../../../src/main/engine/ks/nodes/tone.ts';
import { reverbLevelItem } from '../../../src/main/engine/ks/nodes/fixedPoint.ts';
import { propertyItem } from '../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../../src/main/engine/ks/properties/audio.ts';
import { MixerService, type LevelMemory } from '../../../src/main/services/mixerService.ts';
import type { ControlState } from '../../../src/contract/services/mixer.ts';
import { LEVEL_RANGE, stereo, variable } from '../../support/completeNode.ts';
import {
  installCapturePart,
  installExampleAdapter,
  removeCapturePart,
} from '../../fixtures/exampleAdapter/exampleAdapter.ts';
import { install, jack, testPortCls, topology, wires } from '../../support/testFilters.ts';
import { nodeOf } from '../../support/testNodes.ts';

/** What StateStore keeps, without its file. */
class Memory implements LevelMemory {
  readonly nodes = new Map<string, Record<string, ControlState>>();

  get mixerDevices(): string[] {
    return [...this.nodes.keys()];
  }

  mixerDevice(deviceId: string): Readonly<Record<string, ControlState>> {
    return this.nodes.get(deviceId) ?? {};
  }

  setNode(deviceId: string, nodeKey: string, state: ControlState): void {
    this.nodes.set(deviceId, { ...this.mixerDevice(deviceId), [nodeKey]: state });
  }
}

/** A strip with a switch, a tone, an effect and a meter of which two lines tell. */
function effectCard(portCls: ReturnType<typeof testPortCls>) {
  const peaks = [0.5, 0.25];
  const adapter = portCls.addAdapterDevice({ id: 'effects', name: 'Effects', maxObjects: 1 });
  install(
    portCls,
    adapter,
    'Topology',
    topology(
      [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER), jack('OUT', KSNODETYPE.HEADPHONES)],
      [
        nodeOf(KSNODETYPE.AGC, 'AGC', agcItem(stereo(false))),
        nodeOf(KSNODETYPE.TONE, 'Bass', bassItem({ ...stereo(ksLevel(0)), range: LEVEL_RANGE })),
        nodeOf(KSNODETYPE.REVERB, 'Reverb', reverbLevelItem({ ...variable(0), maximum: 0x10000 })),
        nodeOf(
          KSNODETYPE.PEAKMETER,
          'Peak',
          propertyItem({
            property: KSPROPERTY_AUDIO.PEAKMETER2,
            get: ({ channel }) => {
              const peak = peaks[channel] ?? 0;
              peaks[channel] = 0;
              return Math.round(peak * 0x7fffffff);
            },
          }),
        ),
      ],
      wires([-1, 0, 0, 1], [0, 0, 1, 1], [1, 0, 2, 1], [2, 0, 3, 1], [3, 0, -1, 1], [3, 0, -1, 2]),
    ),
  );
  return { adapter, peaks };
}

function controlOf(snapshot: MixerSnapshot, type: MixerControl['type']): MixerControl {
  const lines = snapshot.devices.flatMap(({ destinations }) => destinations);
  return lines.flatMap(({ controls }) => controls).find((control) => control.type === type)!;
}

describe('mixer service', () => {
  it('keeps switches, tones and faders over restarts', () => {
    const memory = new Memory();
    const service = new MixerService(effectCardOn(testPortCls()), memory);
    const set = (type: MixerControl['type'], value: Parameters<typeof service.setControl>[2]) =>
      service.setControl('effects', controlOf(service.getSnapshot(), type).id, value);
    set('ONOFF', { on: [true, false] });
    set('BASS', { levels: [ksLevel(-3 * 0x10000)] });
    set('FADER', { value: 0x4000 });
    service.dispose();

    const again = new MixerService(effectCardOn(testPortCls()), memory).getSnapshot();
    expect(controlOf(again, 'ONOFF')).toMatchObject({ on: [true, false] });
    expect(controlOf(again, 'BASS')).toMatchObject({ levels: [-3 * 0x10000, -3 * 0x10000] });
    expect(controlOf(again, 'FADER')).toMatchObject({ unit: 'PERCENT', value: 0x4000 });
  });

  it('reads a meter once for all lines it stands on', () => {
    const portCls = testPortCls();
    const { peaks } = effectCard(portCls);
    const service = new MixerService(portCls, new Memory());
    peaks.splice(0, 2, 0.5, 0.25);
    const frame = decodeFrame(service.peakFrame()!);
    expect(frame).toEqual({
      kind: 'peaks',
      meters: [{ meter: 0, peaks: [expect.closeTo(0.5, 5), expect.closeTo(0.25, 5)] }],
    });
  });

  it('sets the controls of a part that returns to what they were, and tells of its lines', async () => {
    const portCls = testPortCls();
    const card = installExampleAdapter(portCls, { partitioned: true });
    const service = new MixerService(portCls, new Memory());
    const snapshots: MixerSnapshot[] = [];
    service.onSnapshot((snapshot) => snapshots.push(snapshot));
    service.setControl('example', 2, { selected: 1 });
    removeCapturePart(card);
    await Promise.resolve();
    // The one for coded sound has no controls, and is none of the panel's.
    expect(snapshots.at(-1)!.devices[0]!.destinations).toHaveLength(1);
    expect(() => service.setControl('example', 2, { selected: 0 })).toThrow('no control 2');
    card.registers.setSource(1);
    installCapturePart(portCls, card);
    await Promise.resolve();
    expect(card.registers.source).toBe(2);
    expect(controlOf(snapshots.at(-1)!, 'MUX')).toMatchObject({ id: 2, selected: 1 });
  });

  it('hands out snapshots that later changes leave alone', () => {
    const portCls = testPortCls();
    installExampleAdapter(portCls);
    const service = new MixerService(portCls, new Memory());
    const changes: ControlChange[] = [];
    service.onControl((change) => changes.push(change));
    const before = service.getSnapshot();
    const copy = structuredClone(before);
    service.setControl('example', 0, { levels: [ksLevel(-6 * 0x10000)] });
    expect(before).toEqual(copy);
    expect(service.getSnapshot()).not.toEqual(copy);
    expect(changes).toMatchObject([{ deviceId: 'example', control: { id: 0 } }]);
  });

  it('keeps the last lines of a card that was removed, which cannot be set', async () => {
    const portCls = testPortCls();
    const card = installExampleAdapter(portCls);
    const service = new MixerService(portCls, new Memory());
    const { destinations } = service.getSnapshot().devices[0]!;
    card.adapter.removeAll('pulled out');
    await Promise.resolve();
    expect(service.getSnapshot().devices).toEqual([
      { id: 'example', name: 'Example card', present: false, destinations },
    ]);
    expect(() => service.setControl('example', 0, { levels: [ksLevel(0)] })).toThrow('not present');
  });
});

function effectCardOn(portCls: ReturnType<typeof testPortCls>) {
  effectCard(portCls);
  return portCls;
}
