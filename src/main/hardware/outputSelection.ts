import { PinwheelError } from '../../contract/errors.ts';
import type { DeviceList } from '../../contract/services/devices.ts';
import type { OutputRate } from '../../contract/services/settings.ts';
import type { PcmView, SoundServerView } from './machineViews.ts';
import { chooseOutput, listOutputs, type OutputChoice, type OutputSituation } from './outputChoice.ts';
import type { Outputs } from './soundServer/index.ts';

/** The user's choice of the output, and what it means on this machine at this moment. */
export class OutputSelection {
  readonly #server: SoundServerView | undefined;
  readonly #pcms: PcmView | undefined;
  #serverSeen: boolean;
  /** What of the server's news decides about outputs, as last seen. */
  #signature = '';
  /** PCMs that a host named, where ALSA names none. */
  pcmLabels: readonly string[] = [];
  /** Id of the device list: `default`, `preferred`, `null`, `sink:NAME` or `alsa:LABEL`. */
  output = 'default';
  /** Ids in order: what `preferred` means. */
  preferred: readonly string[] = [];
  /** Of a sound server's device. */
  rate: OutputRate = 'auto';

  constructor(server: SoundServerView | undefined, pcms: PcmView | undefined) {
    this.#server = server;
    this.#pcms = pcms;
    this.#serverSeen = server?.outputs.serverRunning ?? false;
  }

  /** The server has answered since the program started. */
  get serverSeen(): boolean {
    return this.#serverSeen;
  }

  get wanted(): OutputChoice {
    return chooseOutput(this.output, this.#situation);
  }

  /** `openOutput`: id of the one that is open. */
  list(openOutput: string): Omit<DeviceList, 'selectedSpdif' | 'openSpdif'> {
    return listOutputs(this.output, openOutput, this.#situation);
  }

  /** @throws PinwheelError `not-found` when no such output is listed and it is not a chosen one. */
  check(outputId: string): void {
    if (outputId === this.output || this.preferred.includes(outputId)) return;
    if (this.list('').outputs.some(({ id }) => id === outputId)) return;
    throw new PinwheelError({
      code: 'not-found',
      message: `There is no output “${outputId}”.`,
      subject: outputId,
      advice: 'Choose one of the listed outputs.',
    });
  }

  /** Whether the server's news may change what is wanted: not those of volumes, our own stream's among them. */
  takeNews({ serverRunning, defaultSink, sinks }: Outputs): boolean {
    this.#serverSeen ||= serverRunning;
    const before = this.#signature;
    this.#signature = JSON.stringify([serverRunning, defaultSink, sinks.map(({ name }) => name)]);
    return this.#signature !== before;
  }

  get #situation(): OutputSituation {
    return {
      rate: this.rate,
      preferred: this.preferred,
      outputs: this.#server?.outputs,
      serverSeen: this.#serverSeen,
      pcmPlayback: this.#pcms?.playback ?? false,
      pcms: this.#pcms?.list ?? [],
      pcmLabels: this.pcmLabels,
    };
  }
}
