import { Emitter } from '../../../src/contract/emitter.ts';
import { UNKNOWN_COST } from '../../../src/contract/services/power.ts';
import type { PowerChoices } from '../../../src/contract/services/settings.ts';
import { applyTopologyChange, type TopologySnapshot } from '../../../src/contract/services/topology.ts';
import { cardDescription } from '../../../src/main/adapters/soundCard/cardLayout.ts';
import { SoundCard } from '../../../src/main/adapters/soundCard/soundCard.ts';
import type { PinInstance } from '../../../src/main/engine/ks/pin.ts';
import { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import type { DevicePowerState } from '../../../src/main/engine/portcls/power.ts';
import type { Subdevice } from '../../../src/main/engine/portcls/subdevice.ts';
import type { PowerReason } from '../../../src/main/engine/portcls/subdevicePower.ts';
import { PowerPolicy } from '../../../src/main/engine/power/powerPolicy.ts';
import { SysAudio } from '../../../src/main/engine/sysaudio/sysAudio.ts';
import { MixerDevice } from '../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { SoundHardware } from '../../../src/main/hardware/soundHardware.ts';
import { PowerService } from '../../../src/main/services/powerService.ts';
import { TopologyService } from '../../../src/main/services/topologyService.ts';
import { ManualScheduler } from '../../fixtures/manualScheduler.ts';
import { RecordedHost } from './recordedHost.ts';

/** One of several clients, with the stream it has open. */
export interface Client {
  readonly name: string;
  open: { readonly pin: PinInstance; readonly subdevice: Subdevice; readonly host: RecordedHost } | undefined;
}

/** A change of a subdevice's power during the operation that is carried out. */
export interface PowerStep {
  readonly subdevice: string;
  readonly from: DevicePowerState;
  readonly to: DevicePowerState;
  readonly reason: PowerReason;
  readonly time: number;
}

/**
 * The built-in card with real engine, driver and services over the real host in this process, on time that a test
 * moves; and everything that follows it as the panel does.
 */
export class CardWorld {
  readonly clock = new ManualScheduler();
  #hardwareTimeAhead = 0n;
  readonly hosts: RecordedHost[] = [];
  readonly hardware: SoundHardware;
  readonly portCls: PortCls;
  readonly card: SoundCard;
  readonly policy: PowerPolicy;
  readonly service: PowerService;
  readonly sysAudio: SysAudio;
  readonly topology: TopologyService;
  readonly mixer: MixerDevice;
  readonly clients: readonly Client[];
  /** The snapshot of a client that only hears the changes. */
  followed: TopologySnapshot;
  asleep = false;
  /** Of the operation that is carried out. */
  steps: PowerStep[] = [];
  /** What each mixer id was given to. */
  readonly mixerIds = new Map<string, string>();

  constructor(clients: number) {
    const usedNumbers = new Set<number>();
    this.hardware = new SoundHardware({
      clock: () => process.hrtime.bigint() + this.#hardwareTimeAhead,
      hostFactory: () => {
        const host = new RecordedHost(usedNumbers);
        this.hosts.push(host);
        return host;
      },
    });
    this.portCls = new PortCls({ masterClock: this.clock, scheduler: this.clock });
    this.card = new SoundCard(this.portCls, this.hardware);
    this.policy = new PowerPolicy(this.portCls);
    let kept: { power?: PowerChoices } = {};
    this.service = new PowerService({
      portCls: this.portCls,
      policy: this.policy,
      settings: { get: () => kept, set: (patch) => (kept = patch) },
      cost: () => UNKNOWN_COST,
      onCost: new Emitter<void>().event,
    });
    this.sysAudio = new SysAudio(this.portCls);
    this.topology = new TopologyService(this.portCls, this.sysAudio);
    this.mixer = new MixerDevice(this.card.adapter, this.portCls, () => 0);
    this.clients = Array.from({ length: clients }, (_, index) => ({
      name: `client ${index}`,
      open: undefined,
    }));
    this.followed = this.topology.getSnapshot();
    this.topology.onChange((change) => {
      this.followed = applyTopologyChange(this.followed, change) ?? missedChange();
    });
    for (const subdevice of this.card.adapter.subdevices) this.#watch(subdevice);
    this.portCls.onInterface((event) => {
      if (event.kind === 'arrival') this.#watch(event.subdevice);
    });
  }

  async start(): Promise<void> {
    await this.hardware.start({ output: 'null', latency: 'normal', card: cardDescription('analog') });
    await this.settle();
  }

  /** The output device is lost, after it ran so long that it is opened again at once. */
  loseDevice(): void {
    this.#hardwareTimeAhead += 60_000_000_000n;
    this.host.kill();
  }

  /** All of the card sleeps, and its process was ended: there is no device that could be lost. */
  get resting(): boolean {
    return this.host.closing;
  }

  /** Until the card is there again after what was done. */
  async arrivedAfter(act: () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const arrival = this.hardware.onArrived(() => resolve());
    try {
      act();
      await promise;
    } finally {
      arrival.dispose();
    }
  }

  /** What is deferred to the end of the turn is done, and events of the host have arrived. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The device host whose device the card is. */
  get host(): RecordedHost {
    return this.hosts.at(-1)!;
  }

  /** Everybody closes what they have open. */
  closeAll(): void {
    for (const client of this.clients) {
      client.open?.pin.close();
      client.open = undefined;
    }
  }

  async dispose(): Promise<void> {
    this.closeAll();
    this.mixer.dispose();
    this.topology.dispose();
    this.sysAudio.dispose();
    this.service.dispose();
    this.policy.dispose();
    this.card.dispose();
    this.portCls.dispose();
    await this.hardware.dispose();
  }

  #watch({ name, power }: Subdevice): void {
    let from = power.state;
    power.onState(({ state, reason, time }) => {
      this.steps.push({ subdevice: name, from, to: state, reason, time });
      from = state;
    });
  }
}

function missedChange(): never {
  throw new Error('The topology service left a change out.');
}
