import type { Guid } from '../guid.ts';
import { propertyItem, type PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO, type CPU_RESOURCES } from '../properties/audio.ts';
import { AEC_STATUS, KSPROPERTY_AEC, type AecMode } from '../properties/echoCancel.ts';
import { cpuResourcesItem } from './cpuResources.ts';
import { nodeSwitchItem, oneOfItem, registerItem } from './register.ts';
import { enableItem, resetItem } from './topologyNode.ts';

/** Echo cancellation and noise suppression nodes: an algorithm that starts in pass-through. Specification 2.4. */

export interface AlgorithmOptions {
  /** The algorithms the node can run; the first is the one it starts with. */
  readonly algorithms: readonly [Guid, ...Guid[]];
  readonly where: keyof typeof CPU_RESOURCES;
  /** After a property changed the node. */
  changed?(): void;
}

/** The state of a NOISE_SUPPRESS node, and what both kinds share. */
export class AlgorithmNode {
  protected readonly options: AlgorithmOptions;
  #algorithm: Guid;
  #enabled = true;
  #running = false;

  constructor(options: AlgorithmOptions) {
    this.options = options;
    this.#algorithm = options.algorithms[0];
  }

  get algorithm(): Guid {
    return this.#algorithm;
  }

  /** TRUE at the start, after a reset and while the node is disabled: the stream goes through unchanged. */
  get passThrough(): boolean {
    return !this.#enabled || !this.#running;
  }

  /** The driver's algorithm has taken over. */
  run(): void {
    this.#running = true;
  }

  /** KSPROPERTY_TOPOLOGYNODE_RESET: back to pass-through. */
  reset(): void {
    this.#running = false;
    this.options.changed?.();
  }

  /** CPU_RESOURCES, ALGORITHM_INSTANCE, TOPOLOGYNODE_ENABLE and TOPOLOGYNODE_RESET. */
  items(): PropertyItem[] {
    const changed = () => this.options.changed?.();
    return [
      cpuResourcesItem(this.options.where),
      oneOfItem(KSPROPERTY_AUDIO.ALGORITHM_INSTANCE, this.options.algorithms, {
        read: () => this.#algorithm,
        write: (algorithm) => (this.#algorithm = algorithm),
        changed,
      }),
      enableItem({
        read: () => this.#enabled,
        write: (enabled) => (this.#enabled = enabled),
        changed,
      }),
      resetItem(() => this.reset()),
    ];
  }
}

/** An ACOUSTIC_ECHO_CANCEL node: adds AEC_MODE, AEC_NOISE_FILL_ENABLE and AEC_STATUS. */
export class EchoCancelNode extends AlgorithmNode {
  #mode: AecMode = 'PASS_THROUGH';
  #noiseFill = false;
  /** OR of `AEC_STATUS`, kept by the driver's algorithm. */
  status: number = AEC_STATUS.FD_HISTORY_UNINITIALIZED;

  get mode(): AecMode {
    return this.#mode;
  }

  get noiseFill(): boolean {
    return this.#noiseFill;
  }

  override get passThrough(): boolean {
    return super.passThrough || this.#mode === 'PASS_THROUGH';
  }

  override reset(): void {
    this.#mode = 'PASS_THROUGH';
    this.status = AEC_STATUS.FD_HISTORY_UNINITIALIZED;
    super.reset();
  }

  override items(): PropertyItem[] {
    const changed = () => this.options.changed?.();
    return [
      ...super.items(),
      registerItem<AecMode>(
        KSPROPERTY_AEC.MODE,
        {
          read: () => this.#mode,
          write: (mode) => {
            this.#mode = mode;
            if (mode !== 'PASS_THROUGH') this.run();
          },
          changed,
        },
        (mode) => mode,
        { valueType: 'VT_UI4' },
      ),
      nodeSwitchItem(KSPROPERTY_AEC.NOISE_FILL_ENABLE, {
        read: () => this.#noiseFill,
        write: (on) => (this.#noiseFill = on),
        changed,
      }),
      propertyItem({
        property: KSPROPERTY_AEC.STATUS,
        get: () => this.status,
        basicSupport: () => ({ valueType: 'VT_UI4' }),
      }),
    ];
  }
}
