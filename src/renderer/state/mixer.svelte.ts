/** The mixer devices as models the strips are drawn from, with one reactive value per control. */
import type {
  ControlValue,
  FaderControl,
  MixerControl,
  MixerDevice,
  MixerLine,
  MixerSnapshot,
  MuteControl,
  MuxControl,
  PeakMeterControl,
  SwitchControl,
  ToneControl,
  VolumeControl,
} from '../../contract/services/mixer.ts';
import { lineKeys } from '../../contract/services/strips.ts';
import {
  balanceOf,
  channelOffsets,
  levelsAt,
  loudestDecibels,
  offsetsForBalance,
} from '../components/fader/channelLevels.ts';
import { faderLaw, type Level } from '../components/fader/faderLaw.ts';
import { LatestWins } from './latestWins.ts';
import type { Link } from './link.svelte.ts';

/** A hundredth of 1.0 in the 16.16 fixed point of faders. */
const FIXED_POINT_PER_PERCENT = 0x10000 / 100;

type Send = (deviceId: string, controlId: number, value: ControlValue) => Promise<MixerControl>;

/** One control. What the user sets is shown at once; the device's answer settles it. */
export class ControlModel<Control extends MixerControl = MixerControl> {
  readonly deviceId: string;
  readonly id: number;
  value = $state.raw() as Control;
  #confirmed: Control;
  #setter: LatestWins<ControlValue, MixerControl>;

  constructor(deviceId: string, control: Control, send: Send, onError: (error: unknown) => void) {
    this.deviceId = deviceId;
    this.id = control.id;
    this.#confirmed = control;
    this.value = control;
    this.#setter = new LatestWins(
      (value) => send(deviceId, control.id, value),
      (answer) => {
        this.receive(answer as Control);
      },
      (error) => {
        this.value = this.#confirmed;
        onError(error);
      },
    );
  }

  /** A value that came from the device. While our own sets are under way, older news would pull the thumb back. */
  receive(control: Control): void {
    if (this.#setter.busy) return;
    this.#confirmed = control;
    this.value = control;
  }

  protected send(value: ControlValue, expected: Control): void {
    this.value = expected;
    this.#setter.push(value);
  }
}

/** Levels in decibels, one per channel. */
export class LevelModel<Control extends VolumeControl | ToneControl = VolumeControl | ToneControl>
  extends ControlModel<Control>
  implements Level
{
  readonly #min = $derived(this.value.range.min);
  readonly #max = $derived(this.value.range.max);
  readonly #step = $derived(this.value.range.step);
  /** The same as long as the range is: meters draw themselves anew with another one. */
  readonly law = $derived(faderLaw({ min: this.#min, max: this.#max, step: this.#step }));
  readonly decibels = $derived(loudestDecibels(this.value));
  /** Two channels that can differ. */
  readonly hasBalance = $derived(!this.value.uniform && this.value.levels.length === 2);
  /** Channels' distances below the loudest, kept while some of them rest on the bottom of the range. */
  #offsets: number[] | undefined;

  readonly balance = $derived(balanceOf(channelOffsets(this.value)));

  setDecibels(decibels: number): void {
    this.#setLevels(decibels, this.#currentOffsets());
  }

  setBalance(balance: number): void {
    this.#setLevels(this.decibels, offsetsForBalance(balance));
  }

  /** One channel of many; the others stay. */
  setChannel(channel: number, decibels: number): void {
    this.#offsets = undefined;
    const levels = this.value.levels.with(channel, this.law.snap(decibels));
    this.send({ levels }, { ...this.value, levels });
  }

  #currentOffsets(): number[] {
    const { levels, range } = this.value;
    const clamped = levels.some((level) => level <= range.min);
    return clamped && this.#offsets?.length === levels.length ? this.#offsets : channelOffsets(this.value);
  }

  #setLevels(decibels: number, offsets: number[]): void {
    this.#offsets = offsets;
    const levels = levelsAt(this.law, offsets, decibels);
    this.send({ levels: this.value.uniform ? levels.slice(0, 1) : levels }, { ...this.value, levels });
  }
}

export class VolumeModel extends LevelModel<VolumeControl> {}

/** Bass or treble. */
export class ToneModel extends LevelModel<ToneControl> {}

export class MuteModel extends ControlModel<MuteControl> {
  /** All channels are muted. */
  readonly muted = $derived(this.value.muted.every((channel) => channel));

  set(muted: boolean): void {
    const all = this.value.muted.map(() => muted);
    this.send({ muted: this.value.uniform ? [muted] : all }, { ...this.value, muted: all });
  }
}

/** Automatic gain, loudness, bass boost. */
export class SwitchModel extends ControlModel<SwitchControl> {
  /** All channels are on. */
  readonly on = $derived(this.value.on.every((channel) => channel));
  readonly mixed = $derived(!this.on && this.value.on.some((channel) => channel));

  set(on: boolean): void {
    const all = this.value.on.map(() => on);
    this.send({ on: this.value.uniform ? [on] : all }, { ...this.value, on: all });
  }
}

/** Stereo width, chorus or reverb, in percent: 100 % is the unchanged width, or the whole effect. */
export class AmountModel extends ControlModel<FaderControl> {
  readonly percent = $derived(this.value.value / FIXED_POINT_PER_PERCENT);
  readonly least = $derived(this.value.range.min / FIXED_POINT_PER_PERCENT);
  readonly most = $derived(this.value.range.max / FIXED_POINT_PER_PERCENT);
  /** What an arrow key is worth: one step of the node, but at least a hundredth of its range. */
  readonly step = $derived(
    Math.max(this.value.range.step / FIXED_POINT_PER_PERCENT, (this.most - this.least) / 100),
  );

  setPercent(percent: number): void {
    const { min, max } = this.value.range;
    const value = Math.min(max, Math.max(min, Math.round(percent * FIXED_POINT_PER_PERCENT)));
    this.send({ value }, { ...this.value, value });
  }
}

export class MuxModel extends ControlModel<MuxControl> {
  select(item: number): void {
    this.send({ selected: item }, { ...this.value, selected: item });
  }
}

export class MeterModel extends ControlModel<PeakMeterControl> {}

export type AnyControlModel =
  VolumeModel | ToneModel | MuteModel | SwitchModel | AmountModel | MuxModel | MeterModel;

/** A line with the controls a strip shows on its face, and the rest for its fold-out. */
export class LineModel {
  readonly line: MixerLine;
  readonly deviceId: string;
  /** Names it over restarts. */
  readonly key: string;
  readonly volume: VolumeModel | undefined;
  readonly mute: MuteModel | undefined;
  readonly meter: MeterModel | undefined;
  readonly mux: MuxModel | undefined;
  readonly more: readonly AnyControlModel[];
  readonly #nameOf: NameOf;

  constructor(
    deviceId: string,
    line: MixerLine,
    key: string,
    models: readonly AnyControlModel[],
    nameOf: NameOf,
  ) {
    this.deviceId = deviceId;
    this.line = line;
    this.key = key;
    this.volume = models.find((model) => model instanceof VolumeModel);
    this.mute = models.find((model) => model instanceof MuteModel);
    this.meter = models.find((model) => model instanceof MeterModel);
    this.mux = models.find((model) => model instanceof MuxModel);
    const shown: readonly (AnyControlModel | undefined)[] = [this.volume, this.mute, this.mux];
    this.more = models.filter((model) => !(model instanceof MeterModel) && !shown.includes(model));
    this.#nameOf = nameOf;
  }

  /** Nothing can be set and nothing moves: a thin strip says why. */
  get bare(): boolean {
    return !this.volume && !this.mute && !this.meter && this.more.length === 0;
  }

  /** The one it was given, or the line's own. */
  get name(): string {
    return this.#nameOf(this.deviceId, this.key) ?? this.line.name;
  }
}

/** The name that a line was given, if it was. */
type NameOf = (deviceId: string, key: string) => string | undefined;

export class DestinationModel extends LineModel {
  sources: readonly LineModel[] = [];
}

export interface DeviceModel {
  readonly id: string;
  readonly name: string;
  readonly present: boolean;
  readonly destinations: readonly DestinationModel[];
}

export class MixerStore {
  devices = $state.raw<readonly DeviceModel[]>([]);
  /** False until the first snapshot came. */
  loaded = $state(false);
  /** Destination 0 of the first device: its volume is the master fader. Specification 6.6. */
  readonly master = $derived(this.devices[0]?.destinations[0]);
  readonly masterPresent = $derived(this.devices[0]?.present ?? false);
  #link: Link;
  #onError: (error: unknown) => void;
  #nameOf: NameOf;
  /** Only looks models up; what components draw is in `devices`. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #controls = new Map<string, AnyControlModel>();

  constructor(link: Link, onError: (error: unknown) => void, nameOf: NameOf = () => undefined) {
    this.#link = link;
    this.#onError = onError;
    this.#nameOf = nameOf;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.mixer.onSnapshot((snapshot) => this.#accept(snapshot)));
      subscriptions.add(
        services.mixer.onControl(({ deviceId, control }) => {
          const model = this.#controls.get(`${deviceId}/${control.id}`);
          if (model && model.value.type === control.type) (model as ControlModel).receive(control);
        }),
      );
      this.#accept(await services.mixer.getSnapshot());
    });
  }

  #accept(snapshot: MixerSnapshot): void {
    const known = this.#controls;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    this.#controls = new Map();
    this.devices = snapshot.devices.map((device) => this.#device(device, known));
    this.loaded = true;
  }

  #device(device: MixerDevice, known: ReadonlyMap<string, AnyControlModel>): DeviceModel {
    const keys = lineKeys(device.destinations);
    const parts = (line: MixerLine) =>
      [
        device.id,
        line,
        keys.get(line.id)!,
        line.controls.flatMap((control) => this.#control(device.id, control, known) ?? []),
        this.#nameOf,
      ] as const;
    return {
      id: device.id,
      name: device.name,
      present: device.present,
      destinations: device.destinations.map((destination) => {
        const model = new DestinationModel(...parts(destination));
        model.sources = destination.sources.map((source) => new LineModel(...parts(source)));
        return model;
      }),
    };
  }

  #control(
    deviceId: string,
    control: MixerControl,
    known: ReadonlyMap<string, AnyControlModel>,
  ): AnyControlModel | undefined {
    const key = `${deviceId}/${control.id}`;
    let model = known.get(key);
    if (model?.value.type === control.type) (model as ControlModel).receive(control);
    else model = this.#create(deviceId, control);
    if (model) this.#controls.set(key, model);
    return model;
  }

  /** Undefined for a type this panel does not know. */
  #create(deviceId: string, control: MixerControl): AnyControlModel | undefined {
    const send: Send = async (device, id, value) => this.#link.services.mixer.setControl(device, id, value);
    switch (control.type) {
      case 'VOLUME':
        return new VolumeModel(deviceId, control, send, this.#onError);
      case 'MUTE':
        return new MuteModel(deviceId, control, send, this.#onError);
      case 'MUX':
        return new MuxModel(deviceId, control, send, this.#onError);
      case 'BASS':
      case 'TREBLE':
        return new ToneModel(deviceId, control, send, this.#onError);
      case 'ONOFF':
      case 'LOUDNESS':
        return new SwitchModel(deviceId, control, send, this.#onError);
      case 'FADER':
        return new AmountModel(deviceId, control, send, this.#onError);
      case 'PEAKMETER':
        return new MeterModel(deviceId, control, send, this.#onError);
      default:
        return undefined;
    }
  }
}
