import { Emitter } from '../../../src/contract/emitter.ts';
import { linearGain } from '../../../src/contract/units.ts';
import type { SoundServerView } from '../../../src/main/hardware/machineViews.ts';
import type { Outputs, SinkInfo } from '../../../src/main/hardware/soundServer/index.ts';

export function sink(name: string, description: string, rate = 48_000): SinkInfo {
  return {
    index: 1,
    name,
    description,
    sampleSpec: { format: 'float32le', channels: 2, rate },
    channelMap: ['front-left', 'front-right'],
    volume: [],
    baseVolume: linearGain(1),
    mute: false,
    state: 'idle',
    configuredLatency: 0,
    flags: 0,
    card: undefined,
    ports: [],
    activePort: undefined,
    properties: new Map(),
    monitorSource: `${name}.monitor`,
  };
}

export function outputs(sinks: SinkInfo[], defaultSink: string | undefined, serverRunning = true): Outputs {
  return { serverRunning, sinks, defaultSink };
}

/** A sound server as the hardware sees it, played by the test. */
export class ServerScript implements SoundServerView {
  #changes = new Emitter<Outputs>();
  outputs: Outputs;
  client: SoundServerView['client'];
  readonly onChange = this.#changes.event;

  constructor(first: Outputs) {
    this.outputs = first;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  becomes(next: Outputs): void {
    this.outputs = next;
    this.#changes.fire(next);
  }
}
