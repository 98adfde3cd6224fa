import { Emitter } from '../../../src/contract/emitter.ts';
import { encodePeaks } from '../../../src/contract/frames.ts';
import type { MixerControl, MixerDevice, MixerLine } from '../../../src/contract/services/mixer.ts';
import {
  applyTopologyChange,
  type TopologyChange,
  type TopologySnapshot,
} from '../../../src/contract/services/topology.ts';
import { decibelsToKsLevel } from '../../../src/contract/units.ts';
import { serveBrowserShell } from '../../../src/main/ipc/webServer.ts';
import { largeTopology } from '../../support/largeTopology.ts';
import { scriptedServices } from '../../main/ipc/scriptedServices.ts';

const DEVICES = 10;
const SOURCES = 3;
const FRAME_MS = 33;
const RANGE = { min: decibelsToKsLevel(-96), max: decibelsToKsLevel(12), step: decibelsToKsLevel(0.5) };

export interface Studio {
  url: string;
  strips: number;
  /** Sends the next frame of peaks. */
  meter(): void;
  /** Tells clients of a change of the topology, which they then have as it is given here. */
  change(change: Omit<TopologyChange, 'revision'>): void;
  dispose(): Promise<void>;
}

/**
 * The browser shell over a mixer of 40 strips, every one with a fader, a mute and a meter whose peaks never rest, and
 * over a topology. Frames of peaks are sent as often as a card is read, or when `meter` is called.
 */
export async function serveStudio({
  live = true,
  topology = largeTopology({ cards: 1, strips: 2, inputs: 2 }),
}: { live?: boolean; topology?: TopologySnapshot } = {}): Promise<Studio> {
  const { served, frames } = scriptedServices();
  const changes = new Emitter<TopologyChange>();
  let now = topology;
  let meters = 0;
  const line = (id: number, name: string, component: string): MixerLine => {
    const node = { filter: name, node: 0 };
    const controls: MixerControl[] = [
      {
        id: 3 * meters,
        name: 'Volume',
        node,
        type: 'VOLUME',
        uniform: false,
        range: RANGE,
        levels: [0, 0] as never,
      },
      { id: 3 * meters + 1, name: 'Mute', node, type: 'MUTE', uniform: true, muted: [false] },
      { id: 3 * meters + 2, name: 'Meter', node, type: 'PEAKMETER', channels: 2, meter: meters },
    ];
    meters++;
    return { id, name, component, target: 'UNDEFINED', channels: 2, controls };
  };
  const devices = Array.from({ length: DEVICES }, (_, index): MixerDevice => ({
    id: `interface${index}`,
    name: `Interface ${index}`,
    present: true,
    destinations: [
      {
        ...line(0xffff0000, `Out ${index}`, 'DST_SPEAKERS'),
        sources: Array.from({ length: SOURCES }, (_, source) =>
          line(source << 16, `Channel ${source + 1}`, 'SRC_LINE'),
        ),
      },
    ],
  }));
  const { implementations } = served;
  const shell = await serveBrowserShell({
    served: {
      ...served,
      implementations: {
        ...implementations,
        mixer: { ...implementations.mixer, getSnapshot: () => ({ devices }) },
        topology: { ...implementations.topology, getSnapshot: () => now, onChange: changes.event },
      },
    },
    rendererDir: new URL('../../../out/renderer/', import.meta.url),
    port: 0,
  });
  let turn = 0;
  const meter = () => {
    turn++;
    frames.fire(
      encodePeaks(
        Array.from({ length: meters }, (_, meter) => {
          const peak = 0.3 + 0.29 * Math.sin(turn / 5 + meter);
          return { meter, peaks: [peak, 0.9 * peak] };
        }),
      ),
    );
  };
  const timer = live ? setInterval(meter, FRAME_MS) : undefined;
  return {
    url: shell.url,
    strips: meters,
    meter,
    change(part) {
      const change = { ...part, revision: now.revision + 1 };
      now = applyTopologyChange(now, change)!;
      changes.fire(change);
    },
    async dispose() {
      clearInterval(timer);
      await shell.dispose();
    },
  };
}
