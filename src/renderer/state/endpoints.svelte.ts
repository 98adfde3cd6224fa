/** The machine's own devices with their ports and profiles, and the programs that play on them. */
import type {
  Endpoint,
  EndpointCard,
  EndpointsSnapshot,
  ProgramStream,
} from '../../contract/services/endpoints.ts';
import type { MixerControl, MuteControl, VolumeControl } from '../../contract/services/mixer.ts';
import type { Link } from './link.svelte.ts';
import { MuteModel, VolumeModel, type LineModel } from './mixer.svelte.ts';

/** One program's stream. Its volume and mute are drawn by the components of a mixer line. */
export class ProgramModel {
  readonly id: number;
  stream = $state.raw() as ProgramStream;
  /** Undefined for a stream that has no volume of its own. */
  readonly volume: VolumeModel | undefined;
  readonly mute: MuteModel;
  readonly name = $derived(this.stream.program);
  /** What it plays, when it says more than its name. */
  readonly title = $derived(this.stream.title === this.stream.program ? '' : fileName(this.stream.title));

  constructor(stream: ProgramStream, link: Link, onError: (error: unknown) => void) {
    this.id = stream.id;
    this.stream = stream;
    const { endpoints } = link.services;
    this.volume =
      stream.levels.length === 0
        ? undefined
        : new VolumeModel(
            DEVICE,
            volumeOf(stream),
            async (_device, id, value): Promise<MixerControl> => {
              if ('levels' in value) await endpoints.setProgramLevels(id, value.levels);
              return { ...this.volume!.value, ...value } as VolumeControl;
            },
            onError,
          );
    this.mute = new MuteModel(
      DEVICE,
      muteOf(stream),
      async (_device, id, value): Promise<MixerControl> => {
        if ('muted' in value) await endpoints.setProgramMuted(id, value.muted[0]!);
        return { ...this.mute.value, ...value };
      },
      onError,
    );
  }

  receive(stream: ProgramStream): void {
    this.stream = stream;
    this.volume?.receive(volumeOf(stream));
    this.mute.receive(muteOf(stream));
  }
}

export class EndpointsStore {
  /** Pinwheel's own stream is not among them: its lines are the card's. */
  programs = $state.raw<readonly ProgramModel[]>([]);
  list = $state.raw<readonly Endpoint[]>([]);
  cards = $state.raw<readonly EndpointCard[]>([]);
  /** False where the machine's own levels are not known. */
  available = $state(true);
  readonly outputs = $derived(this.list.filter(({ direction }) => direction === 'output'));
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.endpoints.onSnapshot((snapshot) => this.#accept(snapshot)));
      subscriptions.add(
        services.endpoints.onPrograms((streams) => {
          for (const stream of streams) this.programs.find(({ id }) => id === stream.id)?.receive(stream);
        }),
      );
      this.#accept(await services.endpoints.getSnapshot());
    });
  }

  move(program: ProgramModel, endpointId: string): void {
    this.#link.services.endpoints.moveProgram(program.id, endpointId).catch(this.#onError);
  }

  /** The device whose line it is; undefined for a line of something else. */
  of({ deviceId, line }: LineModel): Endpoint | undefined {
    return this.list.find(
      (each) => each.deviceId === deviceId && line.controls.some(({ node }) => node.filter === each.filter),
    );
  }

  setPort(endpoint: Endpoint, portId: string): void {
    this.#link.services.endpoints.setPort(endpoint.id, portId).catch(this.#onError);
  }

  /** Makes it the system's default. */
  setDefault(endpoint: Endpoint): void {
    this.#link.services.endpoints.setDefault(endpoint.id).catch(this.#onError);
  }

  /** Rejects when the card cannot. */
  setProfile(card: EndpointCard, profileId: string): Promise<void> {
    return this.#link.services.endpoints.setProfile(card.id, profileId);
  }

  #accept({ available, endpoints, cards, programs }: EndpointsSnapshot): void {
    this.available = available;
    this.list = endpoints;
    this.cards = cards;
    // Only looks models up; what components draw is in `programs`.
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    const known = new Map(this.programs.map((model) => [model.id, model]));
    this.programs = programs
      .filter(({ own }) => !own)
      .map((stream) => {
        const model = known.get(stream.id);
        if (!model) return new ProgramModel(stream, this.#link, this.#onError);
        model.receive(stream);
        return model;
      });
  }
}

/** Players of files tell the whole path, of which its end says what it is. */
const fileName = (title: string): string =>
  /^\/.*[^/]$/.test(title) ? title.slice(title.lastIndexOf('/') + 1) : title;

/** Programs belong to no mixer device. */
const DEVICE = 'programs';

const volumeOf = ({ id, program, levels, range }: ProgramStream): VolumeControl => ({
  type: 'VOLUME',
  id,
  name: program,
  node: { filter: '', node: 0 },
  uniform: false,
  range,
  levels,
});

const muteOf = ({ id, program, muted }: ProgramStream): MuteControl => ({
  type: 'MUTE',
  id,
  name: program,
  node: { filter: '', node: 0 },
  uniform: true,
  muted: [muted],
});
