import type { Disposable } from '../../contract/disposable.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { CaptureSource, CaptureSources } from '../../contract/hardware.ts';
import type { CaptureJack, InputDevice, InputList } from '../../contract/services/devices.ts';
import type { ServerState, SourceInfo } from './soundServer/index.ts';

/** Where the sound server's sources are told: a ServerSound, as a rule. */
export interface SourceView {
  readonly state: Pick<ServerState, 'sources' | 'defaultSource'>;
  readonly onState: Event<unknown>;
}

/** What is told which devices are behind the jacks: the SoundHardware, as a rule. */
export interface CaptureTarget {
  setCaptureSources(sources: CaptureSources): void;
}

const SOURCE = 'source:';
/** Rates that a capture converter takes; telephones and studio extremes are left to the server. */
const LOWEST_RATE = 8_000;
const HIGHEST_RATE = 192_000;

/**
 * Which input devices are behind the card's jacks: the chosen ones, or by default the server's default input behind the
 * microphone's jack and another one, if there is one, behind the other. The defaults are followed when they change.
 */
export class CaptureInputs implements Disposable {
  readonly #view: SourceView;
  readonly #target: CaptureTarget;
  readonly #subscription: Disposable;
  readonly #emitter = new Emitter<InputList>();
  readonly onInputs: Event<InputList> = this.#emitter.event;
  #selected: Record<CaptureJack, string>;
  #told = '';

  constructor(view: SourceView, target: CaptureTarget, selected: Readonly<Record<CaptureJack, string>>) {
    this.#view = view;
    this.#target = target;
    this.#selected = { ...selected };
    this.#subscription = view.onState(() => this.#settle());
    this.#settle();
  }

  get inputs(): InputList {
    const { sources, defaultSource } = this.#view.state;
    const devices: InputDevice[] = sources.filter(isDevice).map((source) => ({
      id: SOURCE + source.name,
      label: source.description || source.name,
      isDefault: source.name === defaultSource,
      available: true,
    }));
    for (const selected of Object.values(this.#selected)) {
      if (!selected.startsWith(SOURCE) || devices.some(({ id }) => id === selected)) continue;
      devices.push({
        id: selected,
        label: selected.slice(SOURCE.length),
        isDefault: false,
        available: false,
      });
    }
    const open = this.#sources();
    const idOf = (source: CaptureSource | null | undefined) => (source ? SOURCE + source.name : null);
    return {
      inputs: devices,
      selected: { ...this.#selected },
      open: { microphone: idOf(open['microphone']), aux: idOf(open['aux']) },
    };
  }

  /** Frames per second of what is behind an input; undefined where nothing is. */
  sampleRate(input: string): number | undefined {
    return this.#sources()[input]?.rate;
  }

  /** `id`: `default`, `none`, or one of the list. @throws PinwheelError `not-found` */
  select(jack: CaptureJack, id: string): void {
    const known = id === 'default' || id === 'none' || this.inputs.inputs.some((each) => each.id === id);
    if (!known) {
      throw new PinwheelError({
        code: 'not-found',
        message: `There is no input “${id}”.`,
        subject: id,
        advice: 'Choose one of the listed inputs.',
      });
    }
    this.#selected = { ...this.#selected, [jack]: id };
    this.#settle();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#emitter.dispose();
  }

  #sources(): CaptureSources {
    const { sources, defaultSource } = this.#view.state;
    const devices = sources.filter(isDevice);
    const byId = (id: string) => devices.find(({ name }) => SOURCE + name === id);
    const { microphone, aux } = this.#selected;
    const first = devices.find(({ name }) => name === defaultSource) ?? devices[0];
    const chosen = microphone === 'default' ? first : byId(microphone);
    const other = aux === 'default' ? devices.find((each) => each !== (chosen ?? first)) : byId(aux);
    return { microphone: asSource(chosen), aux: asSource(other) };
  }

  #settle(): void {
    const sources = this.#sources();
    const told = JSON.stringify(sources);
    if (told !== this.#told) {
      this.#told = told;
      this.#target.setCaptureSources(sources);
    }
    this.#emitter.fire(this.inputs);
  }
}

/** Monitors carry what is played, and not what comes in. */
function isDevice(source: SourceInfo): boolean {
  return source.monitorOf === undefined;
}

function asSource(source: SourceInfo | undefined): CaptureSource | null {
  if (!source) return null;
  const { rate } = source.sampleSpec;
  return { name: source.name, rate: Math.min(HIGHEST_RATE, Math.max(LOWEST_RATE, rate)) };
}
