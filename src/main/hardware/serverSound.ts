import type { Disposable } from '../../contract/disposable.ts';
import type { Event } from '../../contract/emitter.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { ServerState, SoundServerClient } from './soundServer/index.ts';

/** What watches the server: a ServerWatcher, as a rule. */
export interface ServerView {
  readonly state: ServerState;
  readonly onState: Event<ServerState>;
  readonly client: SoundServerClient | undefined;
}

/** The sound server's devices and streams, and the requests to it; all of them reject while it is away. */
export class ServerSound {
  readonly #watcher: ServerView;
  readonly #refused: (message: string) => void;

  /** `refused` is told of levels that could not be set: whoever set them has the old ones back, and no error. */
  constructor(watcher: ServerView, refused: (message: string) => void = () => undefined) {
    this.#watcher = watcher;
    this.#refused = refused;
  }

  get state(): ServerState {
    return this.#watcher.state;
  }

  get onState(): Event<ServerState> {
    return this.#watcher.onState;
  }

  async setDeviceGains(
    direction: 'render' | 'capture',
    name: string,
    gains: readonly number[],
  ): Promise<void> {
    await this.#level(`volume of ${name}`, (client) =>
      direction === 'render' ? client.setSinkVolume(name, gains) : client.setSourceVolume(name, gains),
    );
  }

  async setDeviceMute(direction: 'render' | 'capture', name: string, mute: boolean): Promise<void> {
    await this.#level(`mute of ${name}`, (client) =>
      direction === 'render' ? client.setSinkMute(name, mute) : client.setSourceMute(name, mute),
    );
  }

  async setDevicePort(direction: 'render' | 'capture', name: string, port: string): Promise<void> {
    const client = this.#client();
    await (direction === 'render' ? client.setSinkPort(name, port) : client.setSourcePort(name, port));
  }

  async setDefaultDevice(direction: 'render' | 'capture', name: string): Promise<void> {
    const client = this.#client();
    await (direction === 'render' ? client.setDefaultSink(name) : client.setDefaultSource(name));
  }

  async setCardProfile(card: string, profile: string): Promise<void> {
    await this.#client().setCardProfile(card, profile);
  }

  /** Levels of a device, `onPeaks` being told them until the answer is disposed. Nothing where the server is away. */
  watchPeaks(
    direction: 'render' | 'capture',
    name: string,
    onPeaks: (peaks: Float32Array) => void,
  ): Disposable {
    const { state, client } = this.#watcher;
    const device = (direction === 'render' ? state.sinks : state.sources).find((each) => each.name === name);
    const source = device && ('monitorSource' in device ? device.monitorSource : device.name);
    if (!client || !device || source === undefined) return { dispose: () => undefined };
    let over = false;
    let stream: Disposable | undefined;
    client
      .watchPeaks(source, device.channelMap, (peaks) => !over && onPeaks(peaks))
      .then(
        (opened) => {
          if (over) opened.dispose();
          else stream = opened;
        },
        // The device went away meanwhile: its filter follows.
        () => undefined,
      );
    return {
      dispose() {
        over = true;
        stream?.dispose();
      },
    };
  }

  async setStreamGains(index: number, gains: readonly number[]): Promise<void> {
    await this.#level('volume of a program', (client) => client.setSinkInputVolume(index, gains));
  }

  async setStreamMute(index: number, mute: boolean): Promise<void> {
    await this.#level('mute of a program', (client) => client.setSinkInputMute(index, mute));
  }

  async moveStream(index: number, sink: string): Promise<void> {
    await this.#client().moveSinkInput(index, sink);
  }

  async #level(what: string, set: (client: SoundServerClient) => Promise<void>): Promise<void> {
    try {
      await set(this.#client());
    } catch (error) {
      this.#refused(`${what} is not set: ${PinwheelError.recordOf(error).message}`);
      throw error;
    }
  }

  #client(): SoundServerClient {
    const { client } = this.#watcher;
    if (client) return client;
    throw new PinwheelError({
      code: 'device-unavailable',
      message: 'The sound server does not answer.',
      advice: 'Try again when it runs again.',
    });
  }
}
