import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import type {
  ControlValue,
  MixerControl,
  MixerSnapshot,
  VolumeControl,
} from '../../../src/contract/services/mixer.ts';
import { decibelsToKsLevel } from '../../../src/contract/units.ts';
import { Link } from '../../../src/renderer/state/link.svelte.ts';
import { controlLabel } from '../../../src/renderer/panels/mixer/controlLabel.ts';
import { AmountModel, MixerStore, SwitchModel, ToneModel } from '../../../src/renderer/state/mixer.svelte.ts';
import { ContractServer, until } from './contractServer.ts';

const node = { filter: 'topology', node: 0 };
const volume = (id: number, ...decibels: number[]): VolumeControl => ({
  id,
  name: 'Volume',
  node,
  type: 'VOLUME',
  uniform: false,
  range: { min: decibelsToKsLevel(-96), max: decibelsToKsLevel(0), step: decibelsToKsLevel(0.5) },
  levels: decibels.map(decibelsToKsLevel),
});
const snapshot = (present = true, ...controls: MixerControl[]): MixerSnapshot => ({
  devices: [
    {
      id: 'card',
      name: 'Card',
      present,
      destinations: [
        {
          id: 0xffff0000,
          name: 'Speakers',
          component: 'DST_SPEAKERS',
          target: 'WAVEOUT',
          channels: 2,
          controls: [
            ...controls,
            { id: 9, name: 'Mute', node, type: 'MUTE', uniform: false, muted: [false, false] },
          ],
          sources: [],
        },
      ],
    },
  ],
});

async function mixer(initial: MixerSnapshot) {
  const server = new ContractServer();
  server.snapshot = initial;
  const link = new Link(server.open);
  const errors: unknown[] = [];
  const store = new MixerStore(link, (error) => errors.push(error));
  link.retry();
  await until(() => link.phase === 'connected');
  return { server, link, store, errors };
}

describe('mixer store', () => {
  it('takes the first volume of destination 0 as master', async () => {
    const { store } = await mixer(snapshot(true, volume(3, -10, -10), volume(4, -20, -20)));
    expect(store.master?.volume?.id).toBe(3);
    expect(store.master?.volume?.decibels).toBe(-10);
    expect(store.master?.mute?.id).toBe(9);
    expect(store.master?.more.map(({ id }) => id)).toEqual([4]);
  });

  it('has a model for every type of control, and leaves out those of types it does not know', async () => {
    const range = { min: decibelsToKsLevel(-12), max: decibelsToKsLevel(12), step: decibelsToKsLevel(1.5) };
    const levels = [0, 0].map(decibelsToKsLevel);
    const on = [true, false];
    const tone = { name: 'Tone', node: { filter: 'topology', node: 7 }, uniform: false };
    const amount = { node, type: 'FADER', range: { min: 0, max: 0x20000, step: 1 } } as const;
    const controls: MixerControl[] = [
      { ...tone, id: 5, type: 'BASS', range, levels },
      { ...tone, id: 6, type: 'TREBLE', range, levels },
      { ...tone, id: 7, type: 'ONOFF', on },
      { id: 8, name: 'AGC', node, type: 'ONOFF', uniform: true, on },
      { id: 10, name: 'Loudness', node, type: 'LOUDNESS', uniform: false, on },
      { ...amount, id: 11, name: '3D Depth', unit: 'FACTOR', value: 0x10000 },
      { id: 12, name: 'From the future', node, type: 'CROSSFADER' } as unknown as MixerControl,
    ];
    const { server, store, errors } = await mixer(snapshot(true, ...controls, volume(3, -10, -10)));
    const sent: ControlValue[] = [];
    server.setControl = (_device, id, value) => {
      sent.push(value);
      return Promise.resolve({ ...controls.find((each) => each.id === id)!, ...value } as MixerControl);
    };
    const { more, line } = store.master!;
    expect(more.map(({ value }) => controlLabel(value, line.controls))).toEqual([
      'Bass',
      'Treble',
      'Bass boost',
      'AGC',
      'Loudness',
      '3D Depth',
    ]);
    for (const control of more) {
      if (control instanceof ToneModel) control.setDecibels(-6);
      else if (control instanceof SwitchModel) {
        expect([control.on, control.mixed]).toEqual([false, true]);
        control.set(true);
      } else if (control instanceof AmountModel) {
        expect([control.percent, control.most, control.step]).toEqual([100, 200, 2]);
        control.setPercent(400);
        expect(control.percent).toBe(200);
      }
    }
    await until(() => sent.length === more.length);
    const low = [-6, -6].map(decibelsToKsLevel);
    const both = { on: [true, true] };
    expect(sent).toEqual([{ levels: low }, { levels: low }, both, { on: [true] }, both, { value: 0x20000 }]);
    expect(errors).toEqual([]);
  });

  it('shows a set at once, sends the newest only, and settles on what the device answers', async () => {
    const { server, store } = await mixer(snapshot(true, volume(3, 0, 0)));
    const model = store.master!.volume!;
    const sent: ControlValue[] = [];
    const answers: ((control: MixerControl) => void)[] = [];
    server.setControl = (_device, _id, value) => {
      sent.push(value);
      return new Promise((resolve) => answers.push(resolve));
    };
    for (const decibels of [-1, -2, -3]) model.setDecibels(decibels);
    expect(model.decibels).toBe(-3);
    await until(() => answers.length === 1);
    // The device's news of the first set comes while the third is still wanted.
    server.onControl.fire({ deviceId: 'card', control: volume(3, -1, -1) });
    answers[0]!(volume(3, -1, -1));
    await until(() => answers.length === 2);
    expect(model.decibels).toBe(-3);
    answers[1]!(volume(3, -3.5, -3.5));
    await until(() => model.decibels === -3.5);
    expect(sent).toEqual([
      { levels: [-1, -1].map(decibelsToKsLevel) },
      { levels: [-3, -3].map(decibelsToKsLevel) },
    ]);
  });

  it('goes back to the last known value when the device refuses, and says so', async () => {
    const { server, store, errors } = await mixer(snapshot(true, volume(3, -6, -6)));
    const model = store.master!.volume!;
    server.setControl = () =>
      Promise.reject(new PinwheelError({ code: 'device-unavailable', message: 'The card is gone.' }));
    model.setDecibels(-40);
    expect(model.decibels).toBe(-40);
    await until(() => errors.length === 1);
    expect(model.decibels).toBe(-6);
    expect(errors[0]).toMatchObject({ code: 'device-unavailable' });
  });

  it('hears what others set', async () => {
    const { server, store } = await mixer(snapshot(true, volume(3, -6, -6)));
    server.onControl.fire({ deviceId: 'card', control: volume(3, -12, -12) });
    await until(() => store.master!.volume!.decibels === -12);
    server.onControl.fire({
      deviceId: 'card',
      control: { id: 9, name: 'Mute', node, type: 'MUTE', uniform: false, muted: [true, true] },
    });
    await until(() => store.master!.mute!.muted);
  });

  it('keeps the difference of two channels over the bottom of the range', async () => {
    const { server, store } = await mixer(snapshot(true, volume(3, -6, -9)));
    const model = store.master!.volume!;
    server.setControl = (_device, _id, value) =>
      Promise.resolve({ ...model.value, levels: (value as { levels: VolumeControl['levels'] }).levels });
    model.setDecibels(-96);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(model.value.levels).toEqual([-96, -96].map(decibelsToKsLevel));
    model.setDecibels(-20);
    expect(model.value.levels).toEqual([-20, -23].map(decibelsToKsLevel));
  });

  it('keeps its models while a device is away, so that what is held stays held', async () => {
    const { server, store } = await mixer(snapshot(true, volume(3, -6, -6)));
    const before = store.master!.volume;
    server.onSnapshot.fire(snapshot(false, volume(3, -6, -6)));
    await until(() => !store.masterPresent);
    expect(store.master!.volume).toBe(before);
    server.onSnapshot.fire(snapshot(true, volume(3, -7, -7)));
    await until(() => store.masterPresent);
    expect(before?.decibels).toBe(-7);
  });

  it('reads everything again after the connection was lost', async () => {
    const { server, link, store } = await mixer(snapshot(true, volume(3, -6, -6)));
    server.down = true;
    server.cut();
    expect(link.phase).toBe('lost');
    server.snapshot = snapshot(true, volume(3, -30, -30));
    server.down = false;
    link.retry();
    await until(() => link.phase === 'connected');
    expect(store.master!.volume!.decibels).toBe(-30);
    server.onControl.fire({ deviceId: 'card', control: volume(3, -31, -31) });
    await until(() => store.master!.volume!.decibels === -31);
  });
});
