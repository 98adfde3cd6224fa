import * as v from 'valibot';
import type { Disposable } from '../../contract/disposable.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type { EndpointsSnapshot, endpointsService } from '../../contract/services/endpoints.ts';
import {
  LONGEST_PROFILE_NAME,
  profileFileSchema,
  type AppliedProfile,
  type Profile,
  type ProfileFile,
  type ProfilesState,
  type profilesService,
} from '../../contract/services/profiles.ts';
import type { DeviceControls } from './mixerService.ts';

/** Where profiles are kept over restarts. */
export interface ProfileMemory {
  readonly value: { readonly profiles: readonly Profile[]; readonly current: string | null };
  replace(profiles: Profile[], current: string | null): void;
}

export interface ProfilesOptions {
  readonly store: ProfileMemory;
  readonly mixer: {
    controlStates(): Record<string, DeviceControls>;
    setControlStates(deviceId: string, controls: DeviceControls): string[];
  };
  readonly endpoints: ServiceImplementation<typeof endpointsService>;
  /** The output and inputs that were chosen. */
  chosen(): Pick<Profile, 'output' | 'inputs'>;
  readonly devices: {
    selectOutput(id: string): void | Promise<void>;
    selectInput(jack: 'microphone' | 'aux', id: string): void | Promise<void>;
  };
  now?: () => number;
  /** How long devices may take to come with another profile of their card. */
  settleMs?: number;
}

/** Profiles that are kept: a file that is read at every start. */
export const MOST_PROFILES = 200;

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The mixer's state under names: saved, applied, renamed, removed, exported and imported. */
export class ProfilesService implements ServiceImplementation<typeof profilesService>, Disposable {
  readonly #options: ProfilesOptions;
  readonly #emitter = new Emitter<ProfilesState>();
  readonly onState: Event<ProfilesState> = this.#emitter.event;

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  getState(): ProfilesState {
    const { profiles, current } = this.#kept;
    return {
      profiles: profiles
        .map(({ name, savedAt }) => ({ name, savedAt }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      current: profiles.some(({ name }) => name === current) ? current : null,
    };
  }

  /** @throws PinwheelError `bad-state` when there are `MOST_PROFILES` others */
  async save(name: string): Promise<void> {
    this.#checkRoom(this.#others(name).length);
    const profile = await this.#present(name);
    this.#replace([...this.#others(name), profile], name);
  }

  async apply(name: string): Promise<AppliedProfile> {
    const profile = this.#find(name);
    const skipped: string[] = [];
    const attempt = async (act: () => unknown): Promise<void> => {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof PinwheelError)) throw error;
        skipped.push(error.message);
      }
    };
    await this.#applyCards(profile, attempt);
    await this.#applyEndpoints(profile, attempt);
    const { devices } = this.#options;
    const { output, inputs } = this.#options.chosen();
    if (profile.output !== output) await attempt(() => devices.selectOutput(profile.output));
    for (const jack of ['microphone', 'aux'] as const) {
      if (profile.inputs[jack] === inputs[jack]) continue;
      await attempt(() => devices.selectInput(jack, profile.inputs[jack]));
    }
    for (const [id, controls] of Object.entries(profile.devices)) {
      skipped.push(...this.#options.mixer.setControlStates(id, controls));
    }
    await this.#applyPrograms(profile, attempt);
    this.#replace([...this.#kept.profiles], profile.name);
    return { name: profile.name, skipped };
  }

  rename(from: string, to: string): void {
    const profile = this.#find(from);
    const others = this.#others(from);
    if (others.some(({ name }) => same(name, to))) throw taken(to);
    const { current } = this.#kept;
    this.#replace([...others, { ...profile, name: to }], current === profile.name ? to : current);
  }

  remove(name: string): void {
    const profile = this.#find(name);
    const { current } = this.#kept;
    this.#replace(this.#others(name), current === profile.name ? null : current);
  }

  export(name: string): ProfileFile {
    return { format: 'pinwheel-profile', version: 1, profile: this.#find(name) };
  }

  /** @throws PinwheelError `bad-input` for what is no profile, `bad-state` when there are `MOST_PROFILES` */
  import(file: unknown): string {
    const parsed = v.safeParse(profileFileSchema, file);
    if (!parsed.success) {
      const where = v.getDotPath(parsed.issues[0]);
      throw new PinwheelError({
        code: 'bad-input',
        message: `This is not a profile: ${where ? `${where}: ` : ''}${parsed.issues[0].message}`,
        advice: 'Choose a file that was exported from the profiles of a Pinwheel mixer.',
      });
    }
    this.#checkRoom(this.#kept.profiles.length);
    const { profile } = parsed.output;
    let { name } = profile;
    for (let number = 2; this.#others(name).length < this.#kept.profiles.length; number++) {
      const ending = ` ${number}`;
      name = profile.name.slice(0, LONGEST_PROFILE_NAME - ending.length) + ending;
    }
    this.#replace([...this.#kept.profiles, { ...profile, name }], this.#kept.current);
    return name;
  }

  dispose(): void {
    this.#emitter.dispose();
  }

  #checkRoom(present: number): void {
    if (present < MOST_PROFILES) return;
    throw new PinwheelError({
      code: 'bad-state',
      message: `There are ${MOST_PROFILES} profiles; there cannot be more.`,
      advice: 'Remove one, or export it to a file first.',
    });
  }

  get #kept() {
    return this.#options.store.value;
  }

  #find(name: string): Profile {
    const found = this.#kept.profiles.find((each) => same(each.name, name));
    if (found) return found;
    const names = this.getState().profiles.map((each) => each.name);
    throw new PinwheelError({
      code: 'not-found',
      message: `There is no profile “${name}”.`,
      subject: name,
      advice: names.length > 0 ? `There are: ${names.join(', ')}.` : 'Save one first.',
    });
  }

  #others(name: string): Profile[] {
    return this.#kept.profiles.filter((each) => !same(each.name, name));
  }

  #replace(profiles: Profile[], current: string | null): void {
    this.#options.store.replace(profiles, current);
    this.#emitter.fire(this.getState());
  }

  async #present(name: string): Promise<Profile> {
    const { mixer, endpoints, chosen, now = Date.now } = this.#options;
    const snapshot = await endpoints.getSnapshot();
    const defaultOf = (direction: 'output' | 'input') =>
      snapshot.endpoints.find((each) => each.isDefault && each.direction === direction)?.id ?? null;
    return {
      name,
      savedAt: Math.round(now()),
      ...chosen(),
      defaults: { output: defaultOf('output'), input: defaultOf('input') },
      cards: pairs(snapshot.cards, ({ id, activeProfile }) => [id, activeProfile]),
      ports: pairs(snapshot.endpoints, ({ id, activePort }) => [id, activePort]),
      devices: mixer.controlStates(),
      programs: snapshot.programs
        .filter(({ own }) => !own)
        .map(({ program, levels, muted, endpointId }) => ({ program, levels, muted, endpointId })),
    };
  }

  /** Cards first: another profile brings other devices. */
  async #applyCards(profile: Profile, attempt: Attempt): Promise<void> {
    const { endpoints } = this.#options;
    const before = await endpoints.getSnapshot();
    const wanted = before.cards.filter(
      ({ id, activeProfile }) => profile.cards[id] !== undefined && profile.cards[id] !== activeProfile,
    );
    if (wanted.length === 0) return;
    for (const { id } of wanted) await attempt(() => endpoints.setProfile(id, profile.cards[id]!));
    const needed = [profile.defaults.output, profile.defaults.input, ...Object.keys(profile.ports)];
    await this.#settled(({ endpoints: there }) =>
      needed.every((id) => id === null || there.some((each) => each.id === id)),
    );
  }

  async #applyEndpoints(profile: Profile, attempt: Attempt): Promise<void> {
    const { endpoints } = this.#options;
    const there = (await endpoints.getSnapshot()).endpoints;
    for (const { id, activePort } of there) {
      const port = profile.ports[id];
      if (port !== undefined && port !== activePort) await attempt(() => endpoints.setPort(id, port));
    }
    for (const id of [profile.defaults.output, profile.defaults.input]) {
      if (id === null || there.some((each) => each.id === id && each.isDefault)) continue;
      await attempt(() => endpoints.setDefault(id));
    }
  }

  /** Those that play now, by the program's name. */
  async #applyPrograms(profile: Profile, attempt: Attempt): Promise<void> {
    const { endpoints } = this.#options;
    for (const stream of (await endpoints.getSnapshot()).programs) {
      const kept = profile.programs.find(({ program }) => program === stream.program);
      if (!kept || stream.own) continue;
      const { levels, muted, endpointId } = kept;
      if (endpointId !== stream.endpointId) await attempt(() => endpoints.moveProgram(stream.id, endpointId));
      if (levels.length > 0 && levels.length === stream.levels.length) {
        await attempt(() => endpoints.setProgramLevels(stream.id, levels));
      }
      if (muted !== stream.muted) await attempt(() => endpoints.setProgramMuted(stream.id, muted));
    }
  }

  /** Waits until `done`, but not for ever. */
  async #settled(done: (snapshot: EndpointsSnapshot) => boolean): Promise<void> {
    const { endpoints, settleMs = 3_000 } = this.#options;
    if (done(await endpoints.getSnapshot())) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(finish, settleMs);
      const listening = endpoints.onSnapshot((snapshot) => {
        if (done(snapshot)) finish();
      });
      function finish(): void {
        clearTimeout(timer);
        listening.dispose();
        resolve();
      }
    });
  }
}

type Attempt = (act: () => unknown) => Promise<void>;

/** A record of those whose value is not null. */
function pairs<T>(
  list: readonly T[],
  pair: (each: T) => readonly [string, string | null],
): Record<string, string> {
  return Object.fromEntries(
    list.map(pair).filter((each): each is readonly [string, string] => each[1] !== null),
  );
}

const taken = (name: string) =>
  new PinwheelError({
    code: 'bad-state',
    message: `There is a profile “${name}” already.`,
    subject: name,
    advice: 'Remove that one first, or choose another name.',
  });
