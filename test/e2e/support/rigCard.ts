import { DisposableStore } from '../../../src/contract/disposable.ts';
import type { CardMixing, LatencySetting, OutputRate } from '../../../src/contract/services/settings.ts';
import { cardDescription } from '../../../src/main/adapters/soundCard/cardLayout.ts';
import { SoundCard, STANDARD_CHOICES, WAVE_NAME } from '../../../src/main/adapters/soundCard/soundCard.ts';
import { PCM_OUT_PIN } from '../../../src/main/adapters/soundCard/wave.ts';
import type { WavePinStream } from '../../../src/main/adapters/soundCard/wavePinStream.ts';
import { pcmFormat, type DataFormat } from '../../../src/main/engine/ks/format.ts';
import { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { SoundHardware } from '../../../src/main/hardware/soundHardware.ts';
import { ServerWatcher } from '../../../src/main/hardware/soundServer/index.ts';
import type { PipeWireRig } from '../../rigs/pipewire/pipeWireRig.ts';

const HOST_ENTRY = new URL('../../../src/main/host/host.ts', import.meta.url);

export interface RigCardOptions {
  mixing?: CardMixing;
  latency?: LatencySetting;
  rate?: OutputRate;
  /** Id of the device list. */
  output?: string;
}

/** The card with its real host on a rig's sound server, in a program without services. */
export class RigCard {
  readonly hardware: SoundHardware;
  readonly portCls: PortCls;
  readonly card: SoundCard;
  /** Processes of the hosts so far. */
  readonly processIds: number[] = [];
  readonly #store = new DisposableStore();

  private constructor(rig: PipeWireRig, mixing: CardMixing) {
    const env = { ...process.env, ...rig.env };
    this.hardware = new SoundHardware({
      hostFactory: () => {
        const host = spawnHost({ entry: HOST_ENTRY, env });
        if (host.pid !== undefined) this.processIds.push(host.pid);
        return host;
      },
      soundServer: this.#store.add(new ServerWatcher({ env })),
    });
    this.portCls = this.#store.add(new PortCls({ masterClock: this.hardware }));
    const choices = { ...STANDARD_CHOICES, mixing: () => mixing };
    this.card = this.#store.add(new SoundCard(this.portCls, this.hardware, choices));
  }

  /** Resolves when the card plays on the rig. */
  static async start(rig: PipeWireRig, options: RigCardOptions = {}): Promise<RigCard> {
    const { mixing = 'analog', latency = 'normal', rate = 'auto', output = 'default' } = options;
    const card = new RigCard(rig, mixing);
    await card.hardware.start({ output, latency, rate, card: cardDescription(mixing) });
    if (card.hardware.state.kind === 'device') return card;
    const { reason } = card.hardware.state;
    await card.dispose();
    throw new Error(`The card plays on nothing: ${reason}`);
  }

  /** The host that plays. */
  get processId(): number {
    return this.processIds.findLast((processId) => this.hardware.isHost(processId))!;
  }

  /** A PCM pin instance, in STOP. */
  openWave(format: DataFormat = pcmFormat(2, 48_000, 16)) {
    const pin = this.card.adapter.subdevice(WAVE_NAME)!.filter.createPin(PCM_OUT_PIN, format);
    return { pin, stream: pin.stream as WavePinStream };
  }

  async dispose(): Promise<void> {
    await this.hardware.dispose();
    this.#store.dispose();
  }
}
