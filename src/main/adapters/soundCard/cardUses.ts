import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { PowerUse, PowerUses } from '../../engine/power/powerUses.ts';
import type { CaptureRegisters } from './captureTopology.ts';
import { CAPTURE_SOURCES, CHANNELS, MONITOR_REGISTER } from './cardLayout.ts';
import type { RenderRegisters } from './renderTopology.ts';

/** Paths of the subdevices, and the pin that records. */
export interface CardPaths {
  readonly render: string;
  readonly capture: string;
  readonly recording: { readonly subdevice: string; readonly pinId: number };
}

/**
 * Signal paths inside the card that no physical connection tells of: the monitored microphone needs the capture topology
 * and the render topology; what records what the card plays needs the render topology. Specification 9.5.
 */
export class CardUses implements PowerUses, Disposable {
  readonly #render: RenderRegisters;
  readonly #capture: CaptureRegisters;
  readonly #paths: CardPaths;
  readonly #store = new DisposableStore();
  readonly #changed = new Emitter<void>();
  readonly onChanged: Event<void> = this.#changed.event;

  constructor(render: RenderRegisters, capture: CaptureRegisters, paths: CardPaths) {
    this.#render = render;
    this.#capture = capture;
    this.#paths = paths;
    let monitored = this.#isMonitored;
    this.#store.add(
      render.onMuted(() => {
        if (monitored === this.#isMonitored) return;
        monitored = this.#isMonitored;
        this.#changed.fire();
      }),
    );
    this.#store.add(capture.onSource(() => this.#changed.fire()));
  }

  get uses(): readonly PowerUse[] {
    const { render, capture, recording } = this.#paths;
    const uses: PowerUse[] = [];
    if (this.#isMonitored) uses.push({ client: 'Monitor', crosses: [capture, render] });
    if (CAPTURE_SOURCES[this.#capture.source]?.kind === 'loopback') {
      uses.push({ client: 'What you hear', crosses: [render], streamsOf: recording });
    }
    return uses;
  }

  dispose(): void {
    this.#store.dispose();
    this.#changed.dispose();
  }

  get #isMonitored(): boolean {
    return Array.from({ length: CHANNELS }, (_, channel) => channel).some(
      (channel) => !this.#render.muted(MONITOR_REGISTER, channel),
    );
  }
}
