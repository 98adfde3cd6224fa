/**
 * Plugs a simulated device in and out, run by Node with --expose-gc and two numbers: prints what the process holds after
 * so many cycles each. In every cycle a card of four subdevices and a MIDI device come, clients stream, everything that
 * follows devices follows, and all of it is pulled out under the streams.
 */
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { Emitter } from '../../../src/contract/emitter.ts';
import { UNKNOWN_COST } from '../../../src/contract/services/power.ts';
import { referenceTime } from '../../../src/contract/units.ts';
import type { MidiPort, MidiPortHardware } from '../../../src/main/adapters/midiPorts/midiPortHardware.ts';
import { MidiPorts } from '../../../src/main/adapters/midiPorts/midiPorts.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import { offerBuiltInMiniports } from '../../../src/main/engine/portcls/miniports/builtIn.ts';
import { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import { PowerPolicy } from '../../../src/main/engine/power/powerPolicy.ts';
import { SysAudio } from '../../../src/main/engine/sysaudio/sysAudio.ts';
import type { MidiClient } from '../../../src/main/engine/wdmaud/midiClient.ts';
import { MixerService } from '../../../src/main/services/mixerService.ts';
import { PowerService } from '../../../src/main/services/powerService.ts';
import { TopologyService } from '../../../src/main/services/topologyService.ts';
import { TraceService } from '../../../src/main/services/traceService.ts';
import { installExampleAdapter } from '../../fixtures/exampleAdapter/exampleAdapter.ts';
import { PCM_OUT_PIN } from '../../fixtures/exampleAdapter/wave.ts';

/** The MIDI system, of which only the coming and going is real. */
class PluggedPorts implements MidiPortHardware {
  ports: MidiPort[] = [];
  readonly arrived = new Emitter<MidiPort>();
  readonly removed = new Emitter<{ name: string; message: string }>();
  readonly onArrived = this.arrived.event;
  readonly onRemoved = this.removed.event;
  readonly onFailed = new Emitter<{ name: string; message: string }>().event;

  openStream() {
    return {
      setState: () => undefined,
      write: () => undefined,
      close: () => undefined,
      onPosition: new Emitter<{ position: ReturnType<typeof referenceTime> }>().event,
      onLost: new Emitter<string>().event,
    };
  }

  send(): void {
    // Nobody is there.
  }

  setPower(): undefined {
    // Nothing is open.
  }

  captured() {
    return new Emitter<{ time: ReturnType<typeof referenceTime>; bytes: Uint8Array }>().event;
  }
}

const portCls = new PortCls({ masterClock: { now: () => referenceTime(performance.now() * 10_000) } });
offerBuiltInMiniports(portCls);
const ports = new PluggedPorts();
const midi = new MidiPorts(portCls, ports);
const policy = new PowerPolicy(portCls);
let kept = {};
const power = new PowerService({
  portCls,
  policy,
  settings: { get: () => kept, set: (patch) => (kept = patch) },
  cost: () => UNKNOWN_COST,
  onCost: new Emitter<void>().event,
});
const mixer = new MixerService(portCls, {
  mixerDevices: [],
  mixerDevice: () => ({}),
  setNode: () => undefined,
});
const sysAudio = new SysAudio(portCls);
const topology = new TopologyService(portCls, sysAudio);
const trace = new TraceService(portCls.tracer);
let told = 0;
for (const event of [power.onSnapshot, mixer.onSnapshot, topology.onChange, sysAudio.onDevices])
  (event as (listener: () => void) => void)(() => told++);

async function cycle(): Promise<void> {
  const card = installExampleAdapter(portCls, { partitioned: true });
  ports.arrived.fire({ name: 'Keys', input: true, output: true });
  const wave = card.wave.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
  wave.setState('RUN');
  const notes: MidiClient = midi.openClient('Keys');
  notes.setState('RUN');
  policy.request(card.topology, 'D3');
  await setImmediate();
  ports.removed.fire({ name: 'Keys', message: 'It was pulled out.' });
  portCls.removeAdapterDevice(card.adapter);
  if (wave.state !== 'STOP' || notes.state !== 'STOP') throw new Error('A stream outlived its device.');
  await setImmediate();
  wave.close();
  notes.dispose();
}

/** The least of a second: pages that V8 has emptied go back to the system one after the other. */
async function held(): Promise<{ heap: number; resident: number }> {
  const least = { heap: Infinity, resident: Infinity };
  for (let round = 0; round < 20; round++) {
    globalThis.gc!();
    await delay(50);
    const { heapUsed, external, rss } = process.memoryUsage();
    least.heap = Math.min(least.heap, heapUsed + external);
    least.resident = Math.min(least.resident, rss);
  }
  return least;
}

const [first, last] = process.argv.slice(2).map(Number) as [number, number];
let done = 0;
const until = async (cycles: number) => {
  for (; done < cycles; done++) {
    // Otherwise the heap is as large as V8 lets garbage become, which is no leak.
    if (done % 50 === 0) globalThis.gc!();
    await cycle();
  }
  return await held();
};
// Pages that are given back for the first time come back once, whatever happens after it.
await until(first / 2);
const before = await until(first);
const after = await until(last);
const left = power.getSnapshot();
process.stdout.write(
  JSON.stringify({
    before,
    after,
    told,
    adapters: portCls.adapters.length,
    subdevices: left.subdevices.length + left.connections.length,
    mixers: mixer.getSnapshot().devices.filter(({ present }) => present).length,
    filters: topology.getSnapshot().filters.length,
  }),
);
trace.dispose();
