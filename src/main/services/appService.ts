import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type { AppState, Notice, OutputState, appService } from '../../contract/services/app.ts';
import type { Event } from '../../contract/emitter.ts';

export interface AppServiceOptions {
  version: string;
  shell: AppState['shell'];
  output: { readonly state: OutputState; readonly onState: Event<OutputState>; retry(): void };
  /** True when the user chose to render to nothing; no banner then. */
  nullIsChosen(): boolean;
  notices: readonly { readonly notices: readonly Notice[]; readonly onNotice: Event<Notice> }[];
  panelUrl(): string | null;
  diagnostics(): Promise<string>;
  quit(): void;
}

const OUTPUT_NOTICE = 'output';

/** What the program is doing as a whole: the output's state, and what the user should know. */
export class AppService implements ServiceImplementation<typeof appService>, Disposable {
  readonly #options: AppServiceOptions;
  readonly #store = new DisposableStore();
  readonly #emitter = new Emitter<AppState>();
  #notices: Notice[] = [];
  readonly onState = this.#emitter.event;

  constructor(options: AppServiceOptions) {
    this.#options = options;
    for (const source of options.notices) {
      this.#notices.push(...source.notices);
      this.#store.add(source.onNotice((notice) => this.addNotice(notice)));
    }
    this.#store.add(options.output.onState(() => this.#emitter.fire(this.getState())));
  }

  getState(): AppState {
    const { version, shell, output } = this.#options;
    const about = this.#outputNotice();
    return {
      version,
      shell,
      platform: process.platform,
      output: output.state,
      notices: about ? [...this.#notices, about] : [...this.#notices],
    };
  }

  addNotice(notice: Notice): void {
    this.#notices = [...this.#notices.filter((other) => other.id !== notice.id), notice];
    this.#emitter.fire(this.getState());
  }

  dismissNotice(id: string): void {
    this.#notices = this.#notices.filter((notice) => notice.id !== id || !notice.dismissible);
    this.#emitter.fire(this.getState());
  }

  retryOutput(): void {
    this.#options.output.retry();
  }

  getPanelUrl(): string | null {
    return this.#options.panelUrl();
  }

  getDiagnostics(): Promise<string> {
    return this.#options.diagnostics();
  }

  quit(): void {
    // The answer to this call goes out first.
    setImmediate(() => this.#options.quit());
  }

  dispose(): void {
    this.#store.dispose();
    this.#emitter.dispose();
  }

  /** The banner about the output lasts as long as its cause. */
  #outputNotice(): Notice | undefined {
    const state = this.#options.output.state;
    if (state.phase === 'lost') {
      return {
        id: OUTPUT_NOTICE,
        severity: 'error',
        message: `${sentence(state.reason || 'The output device stopped answering')} ${
          state.sampleRate === 0
            ? 'There is no sound; Pinwheel keeps trying.'
            : 'Sound comes back by itself with the device; until then Pinwheel is rendering to the null device.'
        }`,
        action: { label: 'Try again', command: 'retry-output' },
        dismissible: false,
      };
    }
    if (state.phase === 'running' && state.kind === 'null' && !this.#options.nullIsChosen()) {
      return {
        id: OUTPUT_NOTICE,
        severity: 'warning',
        message: `${sentence(state.reason || 'No output device was found')} Pinwheel is rendering to the null device: meters move, nothing is heard.`,
        action: { label: 'Choose a device', command: 'choose-output' },
        dismissible: false,
      };
    }
    return undefined;
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
