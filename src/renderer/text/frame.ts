/** The words of the frame around the panels. */
import { formatMilliseconds, formatSampleRate } from '../components/fader/levelText.ts';
import type { PanelName } from '../state/settings.svelte.ts';

export const panels = {
  mixer: 'Mixer',
  topology: 'Topology',
  power: 'Power',
  player: 'Player',
  trace: 'Trace',
  settings: 'Settings',
} as const satisfies Record<PanelName, string>;

export const topBar = {
  output: 'Output device',
  outputLoading: 'Looking for outputs…',
  following: (name: string) => `${name} (system default)`,
  unavailable: (name: string) => `${name} (not available)`,
  unknownOutput: (id: string) => `${id.replace(/^(sink|alsa):/, '')} (not available)`,
  master: 'Master',
  mute: 'Mute',
  masterMute: (line: string) => `Mute ${line}`,
  noMaster: 'No volume control',
} as const;

export const status = {
  label: 'Sound output',
  connecting: 'Connecting…',
  lost: 'Not connected',
  opening: 'Opening…',
  outputLost: 'Output lost',
  nullDevice: 'Null device',
  rate: formatSampleRate,
  latency: formatMilliseconds,
  cpu: (percent: number) => `${Math.round(percent)} %`,
  underruns: (count: number) => `${count} ${count === 1 ? 'underrun' : 'underruns'}`,
  detail: {
    phase: { opening: 'Opening the device', running: 'Running', lost: 'Lost, being replaced' },
    output: 'Output',
    rate: 'Sample rate',
    latency: 'Latency',
    latencyNote: 'from the engine to the device',
    cpu: 'Processor',
    cpuNote: 'of one core, in the device host',
    underruns: 'Underruns',
    underrunsNote: 'since the device was opened',
    settings: 'Latency settings…',
  },
} as const;

export const banner = {
  label: 'Notice',
  connectionLost: 'The connection to Pinwheel is lost. Your files and settings are safe; trying again…',
  reconnect: 'Reconnect now',
  dismiss: 'Dismiss',
  severity: { info: 'Note', warning: 'Warning', error: 'Problem' },
} as const;

export const hints = {
  label: 'First steps',
  palette: 'finds every action and control',
  keys: 'lists the keys',
  drop: 'Drop music anywhere to play it',
  done: 'Got it',
} as const;

export const time = {
  /** "3:04", "1:02:03". */
  clock: (seconds: number) => {
    const whole = Math.max(0, Math.floor(seconds));
    const parts = [Math.floor(whole / 60) % 60, whole % 60];
    const hours = Math.floor(whole / 3600);
    const [minutes = 0, rest = 0] = parts;
    const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(rest).padStart(2, '0')}`;
    return hours > 0 ? `${hours}:${tail}` : tail;
  },
} as const;
