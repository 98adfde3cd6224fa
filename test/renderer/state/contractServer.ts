/** The real contract server on an in-process transport, with a mixer and a player whose behaviour a test decides. */
import { Emitter } from '../../../src/contract/emitter.ts';
import { serveClient } from '../../../src/contract/rpc/server.ts';
import type { ClientTransport, ServerMessage } from '../../../src/contract/rpc/wire.ts';
import type { AppState } from '../../../src/contract/services/app.ts';
import type { Arrangement } from '../../../src/contract/services/arrangement.ts';
import type { DeviceList } from '../../../src/contract/services/devices.ts';
import type { Implementations } from '../../../src/contract/services/index.ts';
import type {
  ControlChange,
  ControlValue,
  MixerControl,
  MixerSnapshot,
} from '../../../src/contract/services/mixer.ts';
import type {
  ChannelStripPatch,
  PlayerState,
  QueueEntry,
  SongChannels,
} from '../../../src/contract/services/player.ts';
import type { Settings } from '../../../src/contract/services/settings.ts';
import { noEndpoints } from '../../support/noEndpoints.ts';
import { noKeyboard } from '../../support/noKeyboard.ts';
import { noMidi } from '../../support/noMidi.ts';
import { noHotkeys } from '../../support/noHotkeys.ts';
import { noPower } from '../../support/noPower.ts';
import { noProfiles } from '../../support/noProfiles.ts';
import type { NodeChange, TopologyChange } from '../../../src/contract/services/topology.ts';
import {
  arrangementServiceImplementation,
  type ArrangementMemory,
} from '../../../src/main/services/arrangementService.ts';
import { Tracer } from '../../../src/main/engine/ks/trace.ts';
import { TraceService } from '../../../src/main/services/traceService.ts';
import type { DeviceStrips } from '../../../src/contract/services/strips.ts';
import { stripsServiceImplementation, type StripMemory } from '../../../src/main/services/stripsService.ts';
import { noRecorder } from '../../support/noRecorder.ts';
import { noSynth } from '../../support/noSynth.ts';

export class ContractServer {
  readonly onSnapshot = new Emitter<MixerSnapshot>();
  readonly onControl = new Emitter<ControlChange>();
  readonly onPlayer = new Emitter<PlayerState>();
  readonly onChannels = new Emitter<SongChannels>();
  channels: SongChannels = { entryId: null, channels: [] };
  setChannel: (channel: number, patch: ChannelStripPatch) => void | Promise<void> = () => undefined;
  readonly onApp = new Emitter<AppState>();
  readonly frames = new Emitter<Uint8Array>();
  readonly onTopology = new Emitter<TopologyChange>();
  readonly onNode = new Emitter<NodeChange>();
  recorder: Implementations['recorder'] = noRecorder;
  topology: TopologyRequests = noTopology();
  readonly tracer = new Tracer();
  readonly trace = new TraceService(this.tracer);
  readonly arrangements: ArrangementMemory & { arrangements: Record<string, Arrangement> } = {
    arrangements: {},
    setArrangement(adapter, arrangement) {
      if (arrangement) this.arrangements[adapter] = arrangement;
      else delete this.arrangements[adapter];
    },
  };
  readonly strips: StripMemory & { strips: Record<string, DeviceStrips> } = {
    strips: {},
    setStrips(deviceId, strips) {
      if (strips) this.strips[deviceId] = strips;
      else delete this.strips[deviceId];
    },
  };
  snapshot: MixerSnapshot = { devices: [] };
  playerState: PlayerState = {
    phase: 'stopped',
    queue: [],
    currentId: null,
    positionSeconds: 0,
    durationSeconds: 0,
    loop: false,
    tempo: 1,
    synth: 'dls',
    output: null,
  };
  /** Refuses connections while true. */
  down = false;
  setControl: (deviceId: string, id: number, value: ControlValue) => Promise<MixerControl> = () =>
    Promise.reject(new Error('no control'));
  addFile: (name: string, bytes: Uint8Array) => QueueEntry = () => {
    throw new Error('no player');
  };
  /** Files sent in pieces. */
  readonly uploads: { name: string; size: number; chunks: Uint8Array[]; cancelled: boolean }[] = [];
  #connections = new Set<() => void>();

  /** Opens a transport as the panel's start does. */
  readonly open = (): Promise<ClientTransport> => {
    if (this.down) return Promise.reject(new Error('refused'));
    const toClient: ((message: ServerMessage) => void)[] = [];
    const toClientFrames: ((frame: Uint8Array) => void)[] = [];
    const toServer: ((message: unknown) => void)[] = [];
    const closed: (() => void)[] = [];
    let over = false;
    const close = () => {
      if (over) return;
      over = true;
      this.#connections.delete(close);
      for (const listener of closed) listener();
    };
    this.#connections.add(close);
    serveClient(
      { implementations: this.#implementations, frames: this.frames.event },
      {
        send: (message) => queueMicrotask(() => !over && toClient.forEach((listener) => listener(message))),
        sendFrame: (frame) => toClientFrames.forEach((listener) => listener(frame)),
        onMessage: (listener) => void toServer.push(listener),
        onClose: (listener) => void closed.push(listener),
        close,
      },
    );
    return Promise.resolve({
      send: (message) =>
        queueMicrotask(() => !over && toServer.forEach((listener) => listener(structuredClone(message)))),
      onMessage: (listener) => void toClient.push(listener),
      onFrame: (listener) => void toClientFrames.push(listener),
      onClose: (listener) => void closed.push(listener),
      close,
    });
  };

  /** Cuts all connections. */
  cut(): void {
    for (const close of [...this.#connections]) close();
  }

  get #implementations(): Implementations {
    const none = new Emitter<never>();
    const settings: Settings = {
      theme: 'system',
      latency: 'normal',
      output: 'default',
      bank: 'auto',
      panel: 'mixer',
    };
    const devices: DeviceList = {
      outputs: [],
      selectedOutput: 'default',
      openOutput: 'default',
      preferred: [],
      selectedSpdif: 'none',
      openSpdif: null,
    };
    const app: AppState = {
      version: '0',
      shell: 'browser',
      platform: 'test',
      output: {
        phase: 'running',
        kind: 'device',
        label: 'Speakers',
        reason: '',
        sampleRate: 48000,
        latencyMs: 20,
        cpuPercent: 1,
        underruns: 0,
      },
      notices: [],
    };
    return {
      app: {
        getState: () => app,
        dismissNotice: () => undefined,
        retryOutput: () => undefined,
        getPanelUrl: () => null,
        getDiagnostics: () => Promise.resolve(''),
        quit: () => undefined,
        onState: this.onApp.event,
      },
      arrangement: arrangementServiceImplementation(this.arrangements),
      devices: {
        list: () => devices,
        selectOutput: () => undefined,
        setPreferred: () => undefined,
        selectSpdif: () => undefined,
        testChannels: () => undefined,
        listInputs: () => ({
          inputs: [],
          selected: { microphone: 'default', aux: 'default' },
          open: { microphone: null, aux: null },
        }),
        selectInput: () => undefined,
        onDevices: none.event,
        onInputs: none.event,
        onTestSide: none.event,
      },
      endpoints: noEndpoints,
      keyboard: noKeyboard,
      midi: noMidi,
      hotkeys: noHotkeys,
      power: noPower,
      profiles: noProfiles,
      mixer: {
        getSnapshot: () => this.snapshot,
        getRecent: () => [],
        setControl: (deviceId, id, value) => this.setControl(deviceId, id, value),
        onSnapshot: this.onSnapshot.event,
        onControl: this.onControl.event,
      },
      player: {
        getState: () => this.playerState,
        add: ({ name, bytes }) => this.addFile(name, bytes),
        addFile: ({ path }) => this.addFile(path, new Uint8Array()),
        beginUpload: ({ name, size }) => this.uploads.push({ name, size, chunks: [], cancelled: false }) - 1,
        upload: (id, bytes) => void this.uploads[id]!.chunks.push(bytes),
        finishUpload: (id) => {
          const { name, chunks } = this.uploads[id]!;
          return this.addFile(name, new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0)));
        },
        cancelUpload: (id) => void (this.uploads[id]!.cancelled = true),
        play: () => undefined,
        pause: () => undefined,
        stop: () => undefined,
        seek: () => undefined,
        next: () => undefined,
        previous: () => undefined,
        remove: () => undefined,
        clear: () => undefined,
        setLoop: () => undefined,
        setTempo: () => undefined,
        getChannels: () => this.channels,
        setChannel: (channel, patch) => this.setChannel(channel, patch),
        resetChannels: () => undefined,
        getLines: () => [],
        panic: () => undefined,
        setSynth: () => undefined,
        setOutput: () => undefined,
        onState: this.onPlayer.event,
        onFailure: none.event,
        onChannels: this.onChannels.event,
        onMessages: none.event,
      },
      settings: {
        get: () => settings,
        set: () => settings,
        reset: () => settings,
        exportDocument: () => ({ format: 'pinwheel-settings', version: 1, data: settings }),
        importDocument: () => settings,
        onChange: none.event,
      },
      topology: { ...this.topology, onChange: this.onTopology.event, onNodeChange: this.onNode.event },
      recorder: this.recorder,
      synth: noSynth,
      strips: stripsServiceImplementation(this.strips),
      trace: this.trace,
    };
  }
}

/** Requests of the topology service that a test answers. */
export type TopologyRequests = Omit<Implementations['topology'], 'onChange' | 'onNodeChange'>;

/** A topology without filters, for tests that need none. */
function noTopology(): TopologyRequests {
  const refuse = () => Promise.reject(new Error('no topology'));
  return {
    getSnapshot: () => ({ version: 1, revision: 0, adapters: [], filters: [], connections: [] }),
    getProperty: refuse,
    setProperty: refuse,
    getSupport: refuse,
    sendBytes: refuse,
  };
}

/** Waits until `condition` holds; the vitest limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
