import * as v from 'valibot';
import { event, method } from '../service.ts';

/** State of the sound output as the panel's status pill and banner tell it. */
export interface OutputState {
  /** `opening`: the device is being opened; `running`; `lost`: it stopped answering and is being replaced. */
  phase: 'opening' | 'running' | 'lost';
  /** What is rendered to: a real device, or the null device, which keeps time and discards the sound. */
  kind: 'device' | 'null';
  /** Name a person knows the device by. */
  label: string;
  /** Why it is the null device, or why the device was lost; empty when all is well. */
  reason: string;
  sampleRate: number;
  /** Queue plus device latency in milliseconds. */
  latencyMs: number;
  /** Processor time of the device host, in percent of one core. */
  cpuPercent: number;
  /** Chunks that came too late since the device was opened. */
  underruns: number;
}

/** Something the user should know, shown as the one banner of the panel. The newest `error` wins. */
export interface Notice {
  id: string;
  severity: 'info' | 'warning' | 'error';
  /** What happened, one sentence. */
  message: string;
  /** The one action that helps, if there is one. */
  action?: { label: string; command: 'choose-output' | 'retry-output' };
  /** False while the situation lasts and the banner cannot be waved away. */
  dismissible: boolean;
}

export interface AppState {
  version: string;
  shell: 'desktop' | 'browser' | 'command-line';
  platform: string;
  output: OutputState;
  notices: Notice[];
}

export const appService = {
  name: 'app',
  methods: {
    getState: method<AppState>()(v.strictTuple([])),
    dismissNotice: method<void>()(v.strictTuple([v.string()])),
    /** Try the real output device again now. */
    retryOutput: method<void>()(v.strictTuple([])),
    /** URL of the panel in a browser, with its token; null when this instance does not serve one. */
    getPanelUrl: method<string | null>()(v.strictTuple([])),
    /** What a developer needs to know of a fault, as text without names of people, files and devices. */
    getDiagnostics: method<string>()(v.strictTuple([])),
    /** Stop the whole program. */
    quit: method<void>()(v.strictTuple([])),
  },
  events: {
    onState: event<AppState>(),
  },
} as const;
