import { Emitter } from '../../../src/contract/emitter.ts';
import type { Served } from '../../../src/contract/rpc/server.ts';
import type { AppState } from '../../../src/contract/services/app.ts';
import type { Implementations } from '../../../src/contract/services/index.ts';
import type { ControlChange, MixerControl } from '../../../src/contract/services/mixer.ts';
import type { Settings } from '../../../src/contract/services/settings.ts';
import { noEndpoints } from '../../support/noEndpoints.ts';
import { noRecorder } from '../../support/noRecorder.ts';
import { noSynth } from '../../support/noSynth.ts';
import { noKeyboard } from '../../support/noKeyboard.ts';
import { noMidi } from '../../support/noMidi.ts';
import { noHotkeys } from '../../support/noHotkeys.ts';
import { noPower } from '../../support/noPower.ts';
import { noProfiles } from '../../support/noProfiles.ts';
import { Tracer } from '../../../src/main/engine/ks/trace.ts';
import { TraceService } from '../../../src/main/services/traceService.ts';

/**
 * Services whose answers a transport test decides: what the transports carry is under test here, not what the
 * services do. `player.next` never answers until it is cancelled; `player.add` answers what arrived.
 */
export interface ScriptedServices {
  served: Served;
  settings: Emitter<Settings>;
  control: Emitter<ControlChange>;
  frames: Emitter<Uint8Array>;
  /** Method names in the order of the calls that passed validation. */
  calls: string[];
  /** Calls of `player.next` that are waiting, and those that were cancelled. */
  waiting: number;
  cancelled: number;
  /** What `app.getState` answers. */
  appState: AppState;
}

export function scriptedServices(): ScriptedServices {
  const nothing = new Emitter<never>();
  const settings = new Emitter<Settings>();
  const control = new Emitter<ControlChange>();
  const frames = new Emitter<Uint8Array>();
  const scripted: ScriptedServices = {
    served: { implementations: {} as Implementations, frames: frames.event },
    settings,
    control,
    frames,
    calls: [],
    waiting: 0,
    cancelled: 0,
    appState: {
      version: '1',
      shell: 'browser',
      platform: 'test',
      output: {
        phase: 'running',
        kind: 'null',
        label: 'Null device',
        reason: '',
        sampleRate: 48000,
        latencyMs: 1,
        cpuPercent: 0,
        underruns: 0,
      },
      notices: [],
    },
  };
  const called = (name: string) => () => void scripted.calls.push(name);
  const implementations: Implementations = {
    app: {
      getState: () => scripted.appState,
      dismissNotice: called('dismissNotice'),
      retryOutput: () => {
        throw new TypeError('something unforeseen');
      },
      getPanelUrl: () => null,
      getDiagnostics: () => Promise.resolve(''),
      quit: called('quit'),
      onState: nothing.event,
    },
    devices: {
      list: () => ({
        outputs: [],
        selectedOutput: 'default',
        openOutput: 'null',
        preferred: [],
        selectedSpdif: 'none',
        openSpdif: null,
      }),
      selectOutput: called('selectOutput'),
      setPreferred: called('setPreferred'),
      selectSpdif: called('selectSpdif'),
      testChannels: called('testChannels'),
      listInputs: () => ({
        inputs: [],
        selected: { microphone: 'default', aux: 'default' },
        open: { microphone: null, aux: null },
      }),
      selectInput: called('selectInput'),
      onInputs: nothing.event,
      onTestSide: nothing.event,
      onDevices: nothing.event,
    },
    endpoints: noEndpoints,
    recorder: noRecorder,
    synth: noSynth,
    keyboard: noKeyboard,
    midi: noMidi,
    hotkeys: noHotkeys,
    power: noPower,
    mixer: {
      getSnapshot: () => ({ devices: [] }),
      getRecent: () => [],
      setControl: (_device, id): MixerControl => {
        scripted.calls.push('setControl');
        return { type: 'MUX', id, name: '', node: { filter: 'f', node: 1 }, items: [], selected: 0 };
      },
      onSnapshot: nothing.event,
      onControl: control.event,
    },
    player: {
      getState: () => ({
        phase: 'stopped',
        queue: [],
        currentId: null,
        positionSeconds: 0,
        durationSeconds: 0,
        loop: false,
        tempo: 1,
        synth: 'dls',
        output: null,
      }),
      add: ({ name, bytes }) => ({
        id: bytes.length,
        kind: 'song',
        name,
        title: null,
        artist: null,
        durationSeconds: 0,
        detail: Buffer.from(bytes.subarray(0, 16)).toString('hex'),
      }),
      addFile: () => Promise.reject(new Error('There are no files.')),
      beginUpload: () => Promise.reject(new Error('There are no files.')),
      upload: called('upload'),
      finishUpload: () => Promise.reject(new Error('There are no files.')),
      cancelUpload: called('cancelUpload'),
      play: called('play'),
      pause: called('pause'),
      stop: called('stop'),
      seek: called('seek'),
      next: (signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) => {
          scripted.waiting++;
          signal?.addEventListener('abort', () => {
            scripted.cancelled++;
            reject(new Error('cancelled'));
          });
        }),
      previous: called('previous'),
      remove: called('remove'),
      clear: called('clear'),
      setLoop: called('setLoop'),
      setTempo: called('setTempo'),
      getChannels: () => ({ entryId: null, channels: [] }),
      setChannel: called('setChannel'),
      resetChannels: called('resetChannels'),
      getLines: () => [],
      panic: called('panic'),
      setSynth: called('setSynth'),
      setOutput: called('setOutput'),
      onState: nothing.event,
      onFailure: nothing.event,
      onChannels: nothing.event,
      onMessages: nothing.event,
    },
    settings: {
      get: () => ({ theme: 'dark', latency: 'normal', output: 'default', bank: 'auto', panel: 'mixer' }),
      set: (patch) => ({
        theme: 'dark',
        latency: 'normal',
        output: 'default',
        bank: 'auto',
        panel: 'mixer',
        ...defined(patch),
      }),
      reset: () => Promise.reject(new Error('There are no settings.')),
      exportDocument: () => Promise.reject(new Error('There are no settings.')),
      importDocument: () => Promise.reject(new Error('There are no settings.')),
      onChange: settings.event,
    },
    arrangement: { getAll: () => ({}), set: () => undefined, onChange: nothing.event },
    topology: {
      getSnapshot: () => ({ version: 1, revision: 0, adapters: [], filters: [], connections: [] }),
      getProperty: () => Promise.reject(new Error('no topology')),
      setProperty: () => Promise.reject(new Error('no topology')),
      getSupport: () => Promise.reject(new Error('no topology')),
      sendBytes: (_target, input, output) => ({
        status: 'STATUS_SUCCESS',
        code: 0,
        information: input.length,
        output,
      }),
      onChange: nothing.event,
      onNodeChange: nothing.event,
    },
    profiles: noProfiles,
    strips: { getAll: () => ({}), set: () => undefined, onChange: nothing.event },
    trace: new TraceService(new Tracer()),
  };
  scripted.served = { implementations, frames: frames.event };
  return scripted;
}

function defined(patch: object): Partial<Settings> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
