import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type { RecorderInput, RecorderState, RecordingRequest } from '../../contract/services/recorder.ts';
import type { Link } from './link.svelte.ts';

type Container = 'wav' | 'flac';
type Samples = RecordingRequest['samples'];

/** What the recorder does, and the format that the next recording is to have. */
export class RecorderStore {
  state = $state.raw<RecorderState | undefined>(undefined);
  container = $state<Container>('wav');
  /** Null: what the source has. */
  sampleRate = $state<number | null>(null);
  channels = $state<1 | 2>(2);
  #samples = $state<Samples>('16');
  /** Why the last request was refused. */
  refusal = $state.raw<ErrorRecord | undefined>(undefined);
  /** A start or stop is under way. */
  busy = $state(false);
  readonly recording = $derived(this.state !== undefined && this.state.phase !== 'stopped');
  /** FLAC has no floats. */
  readonly sampleChoices = $derived<readonly Samples[]>(
    this.container === 'flac' ? ['16', '24'] : ['16', '24', 'float'],
  );
  /** The nearest that the container has. */
  readonly samples = $derived(this.sampleChoices.includes(this.#samples) ? this.#samples : '24');
  /** Name and folder of the file that is written, or was written last. */
  readonly file = $derived.by(() => {
    const file = this.state?.file;
    if (file === null || file === undefined) return undefined;
    const end = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
    return { path: file, name: file.slice(end + 1), folder: file.slice(0, end) };
  });
  /** The desktop shell drags the file out of the window; undefined where the panel cannot. */
  readonly dragOut: (() => void) | undefined;
  #link: Link;

  constructor(link: Link, dragOut?: () => void) {
    this.#link = link;
    this.dragOut = dragOut;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.recorder.onState((state) => (this.state = state)));
      this.state = await services.recorder.getState();
    });
  }

  setSamples(samples: Samples): void {
    this.#samples = samples;
  }

  setInput(input: RecorderInput): Promise<void> {
    return this.#call(() => this.#link.services.recorder.setInput(input));
  }

  /** Begins a new file, or completes the one that is written. */
  async toggle(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.#call(async () => {
      const { recorder } = this.#link.services;
      if (this.recording) this.state = await recorder.stop();
      else {
        await recorder.start({
          file: { create: this.container },
          input: null,
          sampleRate: this.sampleRate,
          channels: this.channels,
          samples: this.samples,
        });
      }
    });
    this.busy = false;
  }

  dismiss(): void {
    this.refusal = undefined;
  }

  async #call(request: () => Promise<void>): Promise<void> {
    this.refusal = undefined;
    try {
      await request();
    } catch (error) {
      this.refusal = PinwheelError.recordOf(error);
    }
  }
}
