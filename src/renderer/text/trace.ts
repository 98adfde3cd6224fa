/** The words of the trace panel. */
import type { TraceKind } from '../../contract/services/trace.ts';

export const trace = {
  toolbar: 'Trace',
  record: 'Record',
  stop: 'Stop',
  pause: 'Pause',
  resume: 'Resume',
  recording: 'Recording',
  startRecording: 'Record',
  search: 'Find…',
  searchLabel: 'Find in the trace',
  filter: 'Filter',
  filterSome: (count: number) => `Filter (${count})`,
  filterTitle: 'What is shown',
  failedOnly: 'Failures only',
  meters: 'Meter readings',
  metersHint: 'Dozens in every second that a meter is shown: left out unless they are wanted.',
  copy: 'Copy what is selected, or all that is shown',
  save: 'Save what is shown',
  clear: 'Clear',
  fileName: 'pinwheel-trace.json',
  list: 'Requests that crossed the engine',
  columns: {
    time: 'Time',
    kind: 'Kind',
    target: 'Target',
    action: 'Request',
    status: 'Status',
    duration: 'Took',
  },
  kinds: {
    property: 'Property',
    state: 'State',
    stream: 'Stream',
    pin: 'Pin',
    graph: 'Graph',
    event: 'Event',
    power: 'Power',
    registration: 'Registration',
    timeout: 'Timeout',
  } satisfies Record<TraceKind, string>,
  /** Local time with milliseconds. */
  clock: (time: number) => {
    const date = new Date(time);
    const two = (value: number) => String(value).padStart(2, '0');
    const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
    return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
  },
  milliseconds: (duration: number) => `${duration.toFixed(duration < 10 ? 3 : 1)} ms`,
  toNewest: 'Newest',
  selected: 'Selected entry',
  selectHint: 'Select an entry to read it in full.',
  follow: 'Follow this',
  following: (object: string) => `Following ${object}`,
  followAll: 'Follow everything again',
  showInTopology: 'Show in topology',
  count: (shown: number, total: number, filtering: boolean) =>
    filtering
      ? `${shown.toLocaleString('en')} of ${total.toLocaleString('en')} entries`
      : `${total.toLocaleString('en')} ${total === 1 ? 'entry' : 'entries'}`,
  dropped: (count: number) => `${count.toLocaleString('en')} were dropped: they came too fast.`,
  pausedNote: 'Paused: what comes is recorded and shown later.',
  noMatch: 'Nothing recorded passes the filter.',
  showAll: 'Show everything',
  emptyTitle: 'Nothing recorded yet',
  emptyText:
    'Record to see every request that crosses the engine: properties, stream states and buffers, power and registration, with how each ended and how long it took. Off, it costs nothing.',
  waitingTitle: 'Recording',
  waitingText: 'Nothing has crossed the engine yet. Move a fader, play a file or wake a subdevice.',
} as const;
