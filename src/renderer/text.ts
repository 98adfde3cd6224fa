/** Every word the panel says, in one place. */
import { formatDecibels, formatMilliseconds, formatSampleRate } from './components/fader/levelText.ts';
import type { PanelName } from './state/settings.svelte.ts';

const components: Record<string, string> = {
  DST_UNDEFINED: 'Output',
  DST_DIGITAL: 'Digital output',
  DST_LINE: 'Line output',
  DST_MONITOR: 'Monitor',
  DST_SPEAKERS: 'Speakers',
  DST_HEADPHONES: 'Headphones',
  DST_TELEPHONE: 'Telephone',
  DST_WAVEIN: 'Recording',
  DST_VOICEIN: 'Voice recording',
  SRC_UNDEFINED: 'Input',
  SRC_DIGITAL: 'Digital input',
  SRC_LINE: 'Line in',
  SRC_MICROPHONE: 'Microphone',
  SRC_SYNTHESIZER: 'Synthesizer',
  SRC_COMPACTDISC: 'CD',
  SRC_TELEPHONE: 'Telephone',
  SRC_PCSPEAKER: 'PC speaker',
  SRC_WAVEOUT: 'Wave out',
  SRC_AUXILIARY: 'Auxiliary',
  SRC_ANALOG: 'Analog',
};

export const text = {
  product: 'Pinwheel',
  panels: {
    mixer: 'Mixer',
    topology: 'Topology',
    power: 'Power',
    player: 'Player',
    trace: 'Trace',
    settings: 'Settings',
  } satisfies Record<PanelName, string>,
  rail: { label: 'Panels' },

  topBar: {
    output: 'Output device',
    outputLoading: 'Looking for outputs…',
    following: (name: string) => `${name} (system default)`,
    unavailable: (name: string) => `${name} (not available)`,
    unknownOutput: (id: string) => `${id.replace(/^(sink|alsa):/, '')} (not available)`,
    master: 'Master',
    mute: 'Mute',
    masterMute: (line: string) => `Mute ${line}`,
    noMaster: 'No volume control',
  },

  status: {
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
      cpuNote: 'of one core, device host',
      underruns: 'Underruns',
      underrunsNote: 'since the device was opened',
      settings: 'Latency settings…',
    },
  },

  banner: {
    label: 'Notice',
    connectionLost: 'The connection to Pinwheel was lost. Your files and settings are kept; trying again.',
    reconnect: 'Reconnect now',
    dismiss: 'Dismiss',
    severity: { info: 'Note', warning: 'Warning', error: 'Problem' },
  },

  mixer: {
    component: (component: string) => components[component] ?? 'Line',
    master: 'Master',
    recordLevel: 'Record level',
    volume: (line: string) => `${line} volume`,
    level: (line: string) => `${line} level`,
    mute: (line: string) => `Mute ${line}`,
    muteShort: 'M',
    record: 'Rec',
    recordFrom: (line: string) => `Record from ${line}`,
    fixed: 'fixed level',
    noControls: (line: string) => `${line} has no volume and no mute: its level is fixed.`,
    more: (line: string) => `More controls of ${line}`,
    channel: (index: number, count: number) =>
      count <= 2 ? (['Left', 'Right'][index] ?? `Channel ${index + 1}`) : `Channel ${index + 1}`,
    on: 'On',
    off: 'Off',
    source: 'Source',
    absent: 'unplugged',
    loading: 'Reading the mixer…',
    emptyTitle: 'No mixer device yet',
    emptyText:
      'As soon as a sound device is there, every line the engine finds in it gets a strip here: fader, meter and mute.',
  },

  level: {
    text: formatDecibels,
    edit: (label: string) => `${label}: type a level`,
    readout: (label: string, level: string) => `${label}, ${level}. Type a level`,
    hint: 'dB or %, for example −6 or 50 %',
    invalid: 'Type dB or %, for example −6 or 50 %',
  },

  balance: {
    label: (line: string) => `${line} balance`,
    centre: 'centre',
    value: (balance: number) => `${balance < 0 ? 'left' : 'right'} ${Math.round(Math.abs(balance) * 100)} %`,
    short: (balance: number) =>
      Math.round(Math.abs(balance) * 100) === 0
        ? 'C'
        : `${balance < 0 ? 'L' : 'R'} ${Math.round(Math.abs(balance) * 100)}`,
  },

  player: {
    title: 'Player',
    queue: 'Queue',
    play: 'Play',
    pause: 'Pause',
    stop: 'Stop',
    previous: 'Previous file',
    next: 'Next file',
    loop: 'Loop',
    seek: 'Position',
    position: (position: string, duration: string) => `${position} of ${duration}`,
    choose: 'Choose files…',
    add: 'Add files…',
    clear: 'Clear',
    remove: (name: string) => `Remove ${name} from the queue`,
    playEntry: (name: string) => `Play ${name}`,
    playing: 'playing',
    paused: 'paused',
    current: 'current',
    interrupted: 'Sound output lost. Playing goes on by itself when it is back.',
    waiting: 'waiting for the connection',
    sending: 'adding…',
    files: (count: number) => (count === 1 ? '1 file' : `${count} files`),
    emptyTitle: 'Drop a MIDI file anywhere in this window',
    emptyText:
      'It is played by the built-in synthesizer, through the engine, to your output device. Files that end in .mid, .midi, .kar or .rmi will do.',
    dropTitle: 'Drop to add to the queue',
    dropText: 'MIDI files: .mid, .midi, .kar, .rmi',
    nothingLoaded: 'Nothing loaded',
    nothingLoadedText: 'Drop a MIDI file anywhere, or choose one.',
    nowPlaying: 'Now playing',
    errorTitle: (name: string) => (name ? `“${name}” was not added` : 'That did not work'),
    atByte: (offset: number) => `at byte ${offset}`,
    dismissError: 'Dismiss message',
  },

  settings: {
    appearance: 'Appearance',
    theme: 'Theme',
    themeNote: 'System follows what your desktop says.',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    sound: 'Sound',
    output: 'Output device',
    outputNote: 'Default follows the system’s choice when it changes.',
    latency: 'Latency',
    latencies: {
      low: { name: 'Low', note: 'Chunks of 128 frames. Answers fastest, costs the most processor time.' },
      normal: { name: 'Normal', note: 'Chunks of 512 frames. Right for nearly everything.' },
      saving: { name: 'Saving', note: 'Chunks of 2048 frames. Slow to answer, easy on battery.' },
    },
    about: 'About',
    version: 'Version',
    shell: 'Shown by',
    shells: { desktop: 'Desktop window', browser: 'Browser', 'command-line': 'Command line' },
    platform: 'System',
    quit: 'Quit Pinwheel',
    quitNote: 'Stops the sound and the engine, also for other windows.',
    quitConfirm: 'Really quit',
    cancel: 'Cancel',
    saved: 'Changes apply at once and are kept.',
  },

  notYet: {
    heading: (panel: string) => `${panel} is not in this version yet`,
    topology: {
      lead: 'This panel will draw your sound devices the way the engine sees them.',
      points: [
        'Filters as frames, with their pins and the nodes between them in signal order',
        'Live: paths that carry sound light up, meters on nodes, jacks with their plugs',
        'Click anything to read its descriptors and to get or set its properties',
      ],
      meanwhile: 'The mixer already shows every line that the engine finds in that topology.',
    },
    power: {
      lead: 'This panel will show what each subdevice costs and what keeps it awake.',
      points: [
        'D-state of every subdevice over the last ten minutes',
        'Which streams keep it awake, and when it will sleep',
        'Power down, wake, hold awake, set idle times',
      ],
      meanwhile: 'The status pill at the top right already shows what the device host costs now.',
    },
    trace: {
      lead: 'This panel will list every request that crosses the engine.',
      points: [
        'Property get and set, state changes, stream I/O, power, registration',
        'Time, target, status and duration of each; filter, pause, follow one object',
        'Copy and save for a bug report; costs nothing while it is off',
      ],
      meanwhile: 'Until then, what goes wrong is said in the banner and beside the control it concerns.',
    },
    openMixer: 'Open the mixer',
  },

  palette: {
    label: 'Commands and controls',
    placeholder: 'Find an action or a control…',
    nothing: (query: string) => `Nothing is called “${query}”.`,
    sections: {
      go: 'Go to',
      player: 'Player',
      output: 'Output',
      control: 'Control',
      theme: 'Theme',
      app: 'Pinwheel',
    },
    focusControl: 'adjust',
    muteLine: (line: string) => `Mute ${line}`,
    unmuteLine: (line: string) => `Unmute ${line}`,
    playFile: (name: string) => `Play ${name}`,
    useOutput: (name: string) => `Use ${name}`,
    useTheme: (name: string) => `Theme: ${name}`,
    keys: 'Show the keys',
    retryOutput: 'Try the output device again',
    clearQueue: 'Clear the queue',
  },

  keys: {
    title: 'Keys',
    close: 'Close',
    groups: [
      {
        name: 'Everywhere',
        rows: [
          { keys: ['Ctrl 1', '…', 'Ctrl 6'], does: 'Switch panel (also Alt, where the browser keeps Ctrl)' },
          { keys: ['Ctrl K'], does: 'Find an action or a control' },
          { keys: ['Ctrl O'], does: 'Choose files to play' },
          { keys: ['Space'], does: 'Play or pause' },
          { keys: ['?'], does: 'This sheet' },
        ],
      },
      {
        name: 'On a fader',
        rows: [
          { keys: ['↑', '↓'], does: 'One step' },
          { keys: ['Page ↑', 'Page ↓'], does: '6 dB' },
          { keys: ['Home', 'End'], does: 'Bottom, top' },
          { keys: ['0', '…', '9', '−'], does: 'Type a level in dB or %' },
          { keys: ['Shift', 'drag'], does: 'Fine' },
          { keys: ['Esc'], does: 'Back to where the drag began' },
          { keys: ['M'], does: 'Mute the strip' },
        ],
      },
      {
        name: 'In the player',
        rows: [
          { keys: ['←', '→'], does: 'On the position: 5 s back, forward' },
          { keys: ['Enter'], does: 'Play the file' },
          { keys: ['Delete'], does: 'Take the file off the queue' },
        ],
      },
    ],
    /** On Apple systems the command key takes Ctrl's place. */
    apple: (keys: string) => keys.replace('Ctrl ', '⌘'),
  },

  time: {
    /** "3:04", "1:02:03". */
    clock: (seconds: number) => {
      const whole = Math.max(0, Math.floor(seconds));
      const parts = [Math.floor(whole / 60) % 60, whole % 60];
      const hours = Math.floor(whole / 3600);
      const [minutes = 0, rest = 0] = parts;
      const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(rest).padStart(2, '0')}`;
      return hours > 0 ? `${hours}:${tail}` : tail;
    },
  },
} as const;
