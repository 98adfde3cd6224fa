/** The words of the power panel. */
import type {
  PowerChange,
  PowerConnection,
  PowerStream,
  PowerSubdevice,
} from '../../contract/services/power.ts';
import type { DevicePower } from '../../contract/services/topology.ts';

const reasons: Record<PowerChange['reason'], string> = {
  registered: 'registered',
  stream: 'woken for a stream',
  request: 'by request',
  hold: 'held awake',
  idle: 'idle',
  adapter: 'with its adapter',
  system: 'with the system',
};

const streamStates: Record<PowerStream['state'], string> = {
  STOP: 'stopped',
  ACQUIRE: 'acquired',
  PAUSE: 'paused',
  RUN: 'running',
};

/** `0:07`, `9:59`. */
const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

const duration = (seconds: number): string =>
  seconds % 60 === 0 ? `${seconds / 60} min` : seconds < 120 ? `${seconds} s` : minutes(seconds);

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

const lastName = (path: string): string => path.slice(path.indexOf('/') + 1);

export const power = {
  title: 'Subdevices',
  columns: {
    name: 'Subdevice',
    state: '',
    chart: '10 minutes',
    keeps: 'Kept awake by',
    idle: 'Idle in',
    cost: 'Costs now',
    latency: 'Exit latency',
    actions: '',
  },
  kind: (adapter: string, port: string) => (adapter === 'midi' ? `MIDI port · ${port}` : port),
  keptAwake: (holders: readonly PowerStream[], held: boolean) => {
    const names = new Set(holders.map(({ client, subdevice }) => client || subdevice));
    return [...names, ...(held ? ['held awake'] : [])].join(', ') || 'nothing';
  },
  unregistered: 'not registered',
  idleIn: ({ registered, state, idleAt }: PowerSubdevice, seconds: number) => {
    if (!registered) return '—';
    if (state !== 'D0') return 'asleep';
    return idleAt === null ? '—' : minutes(Math.max(0, idleAt - seconds));
  },
  cost: ({ cpuPercent, memoryBytes, shared }: PowerSubdevice['cost']) =>
    (shared ? '≈ ' : '') +
      [
        cpuPercent === null ? '' : `${cpuPercent.toFixed(1)} %`,
        memoryBytes === null ? '' : megabytes(memoryBytes),
      ]
        .filter(Boolean)
        .join(' · ') || '—',
  costHint: ({ shared, saves }: PowerSubdevice['cost']) =>
    [
      shared ? 'Estimated: what the device host takes beside the parts that are measured.' : '',
      saves
        ? `Asleep it would save ${saves.cpuPercent.toFixed(1)} % of a core and ${megabytes(saves.memoryBytes)}.`
        : '',
    ]
      .filter(Boolean)
      .join(' ') || undefined,
  latency: ({ promised, measured }: PowerSubdevice['exitLatency']) =>
    `${promised} / ${measured === null ? '—' : Math.ceil(measured)} ms`,
  latencyHint: ({ promised, measured, from }: PowerSubdevice['exitLatency']) =>
    `Leaves ${from} within ${promised} ms${measured === null ? '; not measured yet' : `; took ${measured.toFixed(1)} ms last time`}`,
  chart: (name: string, shares: ReadonlyMap<DevicePower, number>) =>
    `${name}, last 10 minutes: ${[...shares].map(([state, share]) => `${state} ${Math.round(share * 100)} %`).join(', ')}`,
  stretch: (state: DevicePower, reason: PowerChange['reason'], secondsAgo: number) =>
    `${state} from ${minutes(Math.max(0, secondsAgo))} ago on: ${reasons[reason]}`,
  sleep: 'Sleep',
  sleepLabel: (name: string) => `Put ${name} to sleep`,
  wake: 'Wake',
  wakeLabel: (name: string) => `Wake ${name}`,
  register: 'Register',
  registerLabel: (name: string) => `Register ${name} again`,
  unregister: (asks: boolean) => (asks ? 'Unregister…' : 'Unregister'),
  more: (name: string) => `More for ${name}`,
  hold: 'Hold awake',
  ownIdle: 'Idle times of its own',
  idleTitle: 'Idle times',
  idleAfter: (seconds: number) => (seconds === 0 ? 'Never idle' : `Idle after ${duration(seconds)}`),
  idleNote: 'What no stream uses for this long goes to sleep; the next use wakes it.',
  pause: 'Pause power saving',
  pauseHint: 'Nothing goes to sleep by itself until this is switched off, or Pinwheel ends.',
  paused: 'Power saving paused',
  idleOn: { performanceSeconds: 'Idle on mains', conservationSeconds: 'Idle on battery' },
  idleTime: (seconds: number) => (seconds === 0 ? 'never' : `after ${duration(seconds)}`),
  idleState: 'Goes to',
  idleStates: { D1: 'D1, light sleep', D2: 'D2, deeper sleep', D3: 'D3, off' },
  askSleep: (name: string) => ({
    title: `Put ${name} to sleep?`,
    consequence: 'These streams pause until it is woken:',
    action: 'Put to sleep',
  }),
  wakes: (wakes: PowerSubdevice['wakes']) => {
    const told = Object.entries(wakes) as [PowerChange['reason'], number][];
    const all = told.reduce((sum, [, count]) => sum + count, 0);
    if (all === 0) return 'Has not woken yet.';
    return `Woke ${all === 1 ? 'once' : `${all} times`}: ${told.map(([reason, count]) => `${count} ${reasons[reason]}`).join(', ')}.`;
  },
  rebalance: (asks: boolean) => (asks ? 'Restart its adapter…' : 'Restart its adapter'),
  rebalanceHint:
    'Stops the adapter, lets go of its resources and starts it with those there are (rebalance).',
  askRebalance: (adapter: string) => ({
    title: `Restart ${adapter}?`,
    consequence: 'These streams end:',
    action: 'Restart',
  }),
  keepBank: 'Keep sounds in memory',
  keepBankHint: 'The synthesizer’s bank stays loaded while it sleeps: it wakes faster and saves less memory.',
  askUnregister: (name: string) => ({
    title: `Unregister ${name}?`,
    consequence: 'These streams end:',
    action: 'Unregister',
  }),
  stream: ({ client, subdevice, pin, state }: PowerStream) =>
    `${client ? `${client}, ` : ''}${subdevice} · ${pin} (${streamStates[state]})`,
  cancel: 'Cancel',
  connections: 'Physical connections',
  noConnections: 'No subdevice is wired to another one.',
  connection: ({ from, to }: PowerConnection) =>
    `${lastName(from.filter)}.${from.pin} → ${lastName(to.filter)}.${to.pin}`,
  connectionHint: ({ connected, possible }: PowerConnection) =>
    connected
      ? 'Connected. Press to take it away'
      : possible
        ? 'Not connected. Press to connect'
        : 'One end is not registered',
  emptyTitle: 'No subdevice yet',
  emptyText:
    'As soon as a driver registers a subdevice, it gets a row here: what it does, what keeps it awake, what it costs.',
} as const;
