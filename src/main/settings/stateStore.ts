import * as v from 'valibot';
import type { Event } from '../../contract/emitter.ts';
import type { Notice } from '../../contract/services/app.ts';
import { controlStateSchema, type ControlState } from '../../contract/services/mixer.ts';
import { arrangementSchema, type Arrangement } from '../../contract/services/arrangement.ts';
import { deviceStripsSchema, type DeviceStrips } from '../../contract/services/strips.ts';
import { ksLevel } from '../../contract/units.ts';
import type { AppPaths } from './appPaths.ts';
import { JsonStore } from './store.ts';

const programStateSchema = v.object({
  levels: v.pipe(
    v.array(v.pipe(v.number(), v.integer(), v.transform(ksLevel))),
    v.minLength(1),
    v.maxLength(32),
    v.readonly(),
  ),
  muted: v.boolean(),
});
type ProgramState = v.InferOutput<typeof programStateSchema>;

/** Programs that are remembered; the one that was heard of longest ago is forgotten first. */
const MOST_PROGRAMS = 500;
/** Devices and adapters whose looks are remembered, likewise. */
export const MOST_LOOKS = 500;

const heldLevelsSchema = v.object({
  name: v.string(),
  volume: v.pipe(v.array(v.number()), v.readonly()),
  mute: v.boolean(),
});

export const machineStateSchema = v.object({
  /** By mixer device id, then by node key, which its owner chooses and keeps stable over restarts. */
  mixer: v.optional(v.record(v.string(), v.record(v.string(), controlStateSchema)), {}),
  /** Things selected by name, such as the device picked last in a list. */
  selected: v.optional(v.record(v.string(), v.string()), {}),
  /** Cards that have been played on, by ALSA's id. */
  usedCards: v.optional(v.array(v.string()), []),
  /** What the topology viewer was left like, by adapter id. */
  arrangements: v.optional(v.record(v.string(), arrangementSchema), {}),
  /** What the mixer's strips were made of, by mixer device id. */
  strips: v.optional(v.record(v.string(), deviceStripsSchema), {}),
  /** Levels of programs, the newest last. */
  programs: v.optional(v.array(v.tuple([v.string(), programStateSchema])), []),
  /** What a sink that is held at 100 % gets back: linear gains, one per channel. */
  heldLevels: v.exactOptional(heldLevelsSchema),
});
export type MachineState = v.InferOutput<typeof machineStateSchema>;

/** What the machine was left in, in `state.json`: apart from the settings, because nobody edits or copies it. */
export class StateStore {
  readonly #store: JsonStore<MachineState>;
  readonly onNotice: Event<Notice>;

  private constructor(store: JsonStore<MachineState>) {
    this.#store = store;
    this.onNotice = store.onNotice;
  }

  static async open(paths: Pick<AppPaths, 'stateFile'>): Promise<StateStore> {
    const store = await JsonStore.open<MachineState>({
      path: paths.stateFile,
      format: 'pinwheel-state',
      title: 'levels',
      version: 1,
      schema: machineStateSchema,
      defaults: () => v.parse(machineStateSchema, {}),
    });
    return new StateStore(store);
  }

  get notices(): readonly Notice[] {
    return this.#store.notices;
  }

  /** All remembered nodes of a mixer device, by node key. Empty for a device never seen. */
  mixerDevice(deviceId: string): Readonly<Record<string, ControlState>> {
    const { mixer } = this.#store.value;
    return (Object.hasOwn(mixer, deviceId) && mixer[deviceId]) || {};
  }

  /** Every device that something is remembered of. */
  get mixerDevices(): readonly string[] {
    return Object.keys(this.#store.value.mixer);
  }

  /** Remembers what is given; what is left out keeps its remembered value. */
  setNode(deviceId: string, nodeKey: string, state: ControlState): void {
    const { value } = this.#store;
    const device = this.mixerDevice(deviceId);
    const known = (Object.hasOwn(device, nodeKey) && device[nodeKey]) || {};
    const node = { ...known, ...state };
    this.#store.replace({
      ...value,
      mixer: { ...value.mixer, [deviceId]: { ...device, [nodeKey]: node } },
    });
  }

  selected(name: string): string | undefined {
    const { selected } = this.#store.value;
    return Object.hasOwn(selected, name) ? selected[name] : undefined;
  }

  select(name: string, id: string): void {
    const { value } = this.#store;
    this.#store.replace({ ...value, selected: { ...value.selected, [name]: id } });
  }

  hasUsedCard(id: string): boolean {
    return this.#store.value.usedCards.includes(id);
  }

  useCard(id: string): void {
    const { value } = this.#store;
    if (!this.hasUsedCard(id)) this.#store.replace({ ...value, usedCards: [...value.usedCards, id] });
  }

  /** Undefined for a program never set. */
  program(key: string): ProgramState | undefined {
    return this.#store.value.programs.find(([each]) => each === key)?.[1];
  }

  setProgram(key: string, state: ProgramState): void {
    const { value } = this.#store;
    const others = value.programs.filter(([each]) => each !== key).slice(1 - MOST_PROGRAMS);
    this.#store.replace({ ...value, programs: [...others, [key, state]] });
  }

  get arrangements(): Readonly<Record<string, Arrangement>> {
    return this.#store.value.arrangements;
  }

  /** Undefined forgets what is kept of the adapter. */
  setArrangement(adapter: string, arrangement: Arrangement | undefined): void {
    const { value } = this.#store;
    const others = othersThan(adapter, value.arrangements);
    const arrangements = Object.fromEntries(arrangement ? [...others, [adapter, arrangement]] : others);
    this.#store.replace({ ...value, arrangements });
  }

  get strips(): Readonly<Record<string, DeviceStrips>> {
    return this.#store.value.strips;
  }

  /** Undefined forgets what is kept of the device. */
  setStrips(deviceId: string, strips: DeviceStrips | undefined): void {
    const { value } = this.#store;
    const others = othersThan(deviceId, value.strips);
    this.#store.replace({
      ...value,
      strips: Object.fromEntries(strips ? [...others, [deviceId, strips]] : others),
    });
  }

  get heldLevels(): v.InferOutput<typeof heldLevelsSchema> | undefined {
    return this.#store.value.heldLevels;
  }

  /** Resolves when it is on the disk. */
  async holdLevels(held: v.InferOutput<typeof heldLevelsSchema> | undefined): Promise<void> {
    const { heldLevels: _before, ...others } = this.#store.value;
    this.#store.replace(held ? { ...others, heldLevels: held } : others);
    await this.#store.flush();
  }

  flush(): Promise<void> {
    return this.#store.flush();
  }

  dispose(): Promise<void> {
    return this.#store.dispose();
  }
}

/** With room for one more. */
function othersThan<T>(id: string, looks: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(looks)
    .filter(([each]) => each !== id)
    .slice(1 - MOST_LOOKS);
}
