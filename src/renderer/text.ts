/** Every word the panel says, in one place. */
import { formatDecibels, formatMilliseconds, formatSampleRate } from './components/fader/levelText.ts';
import type {
  PowerChange,
  PowerConnection,
  PowerStream,
  PowerSubdevice,
} from '../contract/services/power.ts';
import type { DevicePower } from '../contract/services/topology.ts';
import type { StripColour } from '../contract/services/strips.ts';
import type { TraceKind } from '../contract/services/trace.ts';
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

const lastName = (path: string): string => path.slice(path.indexOf('/') + 1);

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
    more: (line: string) => `More for ${line}`,
    channel: (index: number, count: number) =>
      count <= 2 ? (['Left', 'Right'][index] ?? `Channel ${index + 1}`) : `Channel ${index + 1}`,
    on: 'On',
    off: 'Off',
    source: 'Source',
    strip: {
      menu: (line: string) => `Strip ${line}`,
      name: 'Name',
      ownName: 'Its own name',
      colour: 'Colour',
      noColour: 'None',
      colours: {
        red: 'Red',
        orange: 'Orange',
        yellow: 'Yellow',
        green: 'Green',
        blue: 'Blue',
        violet: 'Violet',
        grey: 'Grey',
      } satisfies Record<StripColour, string>,
      tag: (colour: string) => `${colour} tag`,
      pin: 'Pin',
      unpin: 'Unpin',
      pinHint: 'Stands first and stays in sight',
      hide: 'Hide',
      unhide: 'Show again',
      left: 'Move left',
      right: 'Move right',
      pinned: 'Pinned',
      of: (destination: string) => `of ${destination}`,
    },
    hidden: (count: number) => `${count} hidden`,
    hiddenHint: (shown: boolean) =>
      shown ? 'Leave hidden strips out again' : 'Show hidden strips, to show them again for good',
    allHiddenTitle: 'Every strip is hidden',
    allHiddenText: 'Show the hidden ones to bring some of them back.',
    showHidden: 'Show hidden strips',
    absent: 'unplugged',
    loading: 'Reading the mixer…',
    emptyTitle: 'No mixer device yet',
    emptyText:
      'As soon as a sound device is there, every line the engine finds in it gets a strip here: fader, meter and mute.',
  },

  profiles: {
    title: 'Profiles of the mixer',
    none: 'Profile: none',
    current: (name: string) => `Profile: ${name}`,
    emptyText:
      'A profile keeps the whole mixer under a name: levels, mutes, choices, the output and the system’s default devices. Save what you have now.',
    apply: (name: string) => `Apply ${name}`,
    savedAt: (time: number) =>
      `Saved ${new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}`,
    rename: 'Rename',
    renameLabel: (name: string) => `Rename ${name}`,
    newName: (name: string) => `New name of ${name}`,
    export: 'Export as a file',
    exportLabel: (name: string) => `Export ${name}`,
    remove: 'Remove',
    removeLabel: (name: string) => `Remove ${name}`,
    reallyRemove: (name: string) => `Remove “${name}”?`,
    cancel: 'Cancel',
    name: 'Name of the profile to save',
    namePlaceholder: 'Save as…',
    save: 'Save',
    overwrite: 'Overwrite',
    import: 'Import a file…',
    fileName: (name: string) => `${name.replace(/[\\/:*?"<>|]+/g, '-')}.pinwheel-profile.json`,
    skipped: (name: string, first: string, others: number) =>
      `“${name}” was applied, but not all of it: ${first}${others > 0 ? ` And ${others} more.` : ''}`,
    noFile: (name: string) => `“${name}” is no profile.`,
    noFileAdvice: 'Choose a file that was exported from a mixer’s profiles.',
  },

  programs: {
    title: 'Programs',
    paused: 'paused',
    device: (program: string) => `Device ${program} plays on`,
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
    sending: (sent: number) => (sent > 0 && sent < 1 ? `adding… ${Math.floor(100 * sent)} %` : 'adding…'),
    files: (count: number) => (count === 1 ? '1 file' : `${count} files`),
    emptyTitle: 'Drop music anywhere in this window',
    emptyText:
      'Sound is decoded as it plays; MIDI files are played by a built-in synthesizer. WAV, AIFF, FLAC, MP3, Ogg Vorbis, Opus, .mid, .kar and .rmi will do.',
    dropTitle: 'Drop to add to the queue',
    dropText: 'Sound files: WAV, AIFF, FLAC, MP3, Ogg, Opus. MIDI files: .mid, .kar, .rmi',
    nothingLoaded: 'Nothing loaded',
    nothingLoadedText: 'Drop a sound or MIDI file anywhere, or choose one.',
    nowPlaying: 'Now playing',
    errorTitle: (name: string) => (name ? `“${name}” was not added` : 'That did not work'),
    playErrorTitle: (name: string) => `“${name}” cannot be played`,
    /** Title and artist where the file tells them. */
    entryName: ({ name, title, artist }: { name: string; title: string | null; artist: string | null }) =>
      title === null ? name : artist === null ? title : `${artist} – ${title}`,
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
    mixing: 'Mixer of the card',
    mixingNote:
      'Digital mixes what is rendered and needs less processor time; faders are heard after the latency.',
    mixings: { analog: 'Analog', digital: 'Digital' },
    synthesizer: 'Synthesizer',
    synth: 'Songs are played on',
    synthNote: 'A song that plays goes on, on the other synthesizer.',
    synths: { dls: 'Wavetable', fm: 'FM' },
    bank: 'Sounds',
    bankNote: 'DLS and SoundFont banks of this machine. What plays goes on until the new one is loaded.',
    bankAuto: "The system's own",
    bankLoading: (done: number) => `Loading … ${Math.round(100 * done)} %`,
    limiter: 'Limiter',
    limiterNote: 'Keeps loud songs from clipping. From the next song on.',
    limiterStates: { off: 'Off', on: 'On' },
    fmChip: 'FM chip',
    fmChipNote: 'From the next song on.',
    fmChips: { opl3: 'OPL3: stereo, 36 voices', opl2: 'OPL2: mono, 18 voices' },
    fmBank: 'FM sounds',
    fmBankNote: 'Banks of games and sound cards; from the next song on.',
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

  topology: {
    canvas: 'Topology. Arrow keys follow the connections, Enter opens the inspector.',
    kinds: {
      volume: 'Volume',
      mute: 'Mute',
      sum: 'Sum',
      mux: 'Source',
      demux: 'Selector',
      dac: 'DAC',
      adc: 'ADC',
      src: 'Rate',
      supermix: 'Matrix',
      synth: 'Synth',
      meter: 'Meter',
      tone: 'Tone',
      equalizer: 'EQ',
      agc: 'AGC',
      loudness: 'Loudness',
      delay: 'Delay',
      reverb: 'Reverb',
      chorus: 'Chorus',
      wide: 'Width',
      effects3d: '3D',
      echo: 'Echo',
      noise: 'Noise',
      array: 'Array',
      decoder: 'Decoder',
      encoder: 'Encoder',
    },
    on: 'on',
    off: 'off',
    mixed: 'mixed',
    input: (pin: number) => `input ${pin}`,
    power: (state: string) => `power state ${state}`,
    filter: (name: string, subtitle: string) => `Filter ${name}${subtitle ? `, ${subtitle}` : ''}`,
    pin: (name: string, flow: string) => `Pin ${name}, ${flow === 'IN' ? 'in' : 'out'}`,
    pinRunning: (open: number, running: number) => `${open} open, ${running} running`,
    node: (kind: string, name: string, face: string) =>
      [kind, name === kind ? '' : name, face].filter(Boolean).join(', '),
    jack: (name: string, flow: string, connected: boolean | undefined) =>
      `${flow === 'IN' ? 'Input' : 'Output'} ${name}${connected === false ? ', nothing plugged in' : ''}`,
    collapse: (name: string) => `Hide the inside of ${name}`,
    expand: (name: string) => `Show the inside of ${name}`,

    search: 'Find filter, pin, node…',
    searchLabel: 'Find in the topology',
    results: 'Found',
    noResult: (query: string) => `Nothing here is called “${query}”.`,
    resultKinds: { filter: 'Filter', node: 'Node', pin: 'Pin', jack: 'Jack' },
    fit: 'Fit',
    fitHint: 'Show everything (F)',
    zoom: (percent: number) => `${percent} %`,
    zoomReset: 'Back to 100 %',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    show: 'Show',
    showSome: (count: number) => `Show (${count} hidden)`,
    showLabel: 'What is shown',
    showDevices: 'Devices',
    showTypes: 'Filter types',
    showAll: 'Show everything',
    systemFilters: 'System',
    exporting: 'Export',
    exportLabel: 'Export and open',
    exportJson: 'Dump as JSON',
    exportSvg: 'Picture as SVG',
    exportPng: 'Picture as PNG',
    openDump: 'Open a dump…',
    arrangeAnew: 'Arrange anew',
    arrangeAnewHint: 'Forgets where you moved things',
    fileName: (ending: string) => `pinwheel-topology.${ending}`,
    dump: (name: string) => `You are looking at the dump ${name}. It can be read and not changed.`,
    closeDump: 'Back to this machine',
    minimap: 'Overview. Drag to move the view.',

    inspector: {
      label: 'Inspector',
      close: 'Close the inspector',
      findInTrace: 'Find in trace',
      titles: { filter: 'Filter', node: 'Node', pin: 'Pin', jack: 'Jack', line: 'Connection', wire: 'Wire' },
      nodeTitle: (label: string, id: number) => (label ? `${label} · node ${id}` : `Node ${id}`),
      pinTitle: (id: number) => `Pin ${id}`,
      jackTitle: (id: number) => `Jack · pin ${id}`,
      path: 'Path',
      device: 'Device',
      port: 'Port class',
      portNone: 'none, a filter of the system',
      power: 'Power state',
      powerNone: 'not told',
      categories: 'Categories',
      type: 'Type',
      name: 'Name',
      filter: 'Filter',
      dataFlow: 'Data flow',
      dataFlows: { IN: 'in', OUT: 'out' },
      communication: 'Communication',
      communications: {
        NONE: 'wired to another filter',
        SINK: 'a client writes streams',
        SOURCE: 'opens a stream on another filter',
        BOTH: 'writes and opens streams',
        BRIDGE: 'leads to the world outside',
      },
      category: 'Category',
      instances: 'Instances',
      instancesOf: (current: number, possible: number | null) => `${current} of ${possible ?? '∞'} open`,
      presence: 'Plugged in',
      presences: { yes: 'yes', no: 'no' },
      presenceUnknown: 'the driver does not tell',
      connectedTo: 'Connected to',
      notConnected: 'nothing',
      pins: 'Pins',
      nodes: 'Nodes',
      connections: 'Connections',
      ranges: 'Data ranges',
      range: (index: number) => `Range ${index + 1}`,
      channels: 'Channels',
      upTo: (count: number) => `up to ${count}`,
      bits: 'Bits per sample',
      rate: 'Sample rate',
      fromTo: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
      majorFormat: 'Major format',
      subFormat: 'Subformat',
      specifier: 'Specifier',
      technology: 'Technology',
      midiChannels: 'MIDI channels',
      notes: 'Notes',
      open: 'Open streams',
      instance: (number: number) => `Instance ${number}`,
      stream: 'Stream',
      states: { STOP: 'stopped', ACQUIRE: 'acquired', PAUSE: 'paused', RUN: 'running' },
      from: 'From',
      to: 'To',
      toPin: (name: string, pin: number) => `${name}, pin ${pin}`,
      properties: 'Properties',
      noProperties: 'It answers no properties.',
      noValues: 'A dump holds no values.',
      perPin: 'Exists once per stream: open a stream pin to see it.',
      needsInput: (input: string) => `Is asked with a ${input}: use the raw bytes.`,
      channel: (index: number, count: number) =>
        count === 1 ? 'All' : count === 2 ? (['Left', 'Right'][index] ?? '') : `Channel ${index + 1}`,
      value: 'Value',
      rangeText: (least: string, most: string, step: string) => `${least} … ${most}, step ${step}`,
      set: 'Set',
      read: 'Read again',
      last: (time: string, milliseconds: string) => `Set ${time} · ${milliseconds} ms`,
      on: 'on',
      off: 'off',
      inputOption: (pin: number, name: string) => `${pin} · ${name}`,
      raw: 'Raw bytes',
      request: 'Request',
      bytes: 'Value bytes',
      get: 'Get',
      answered: (status: string, bytes: number) => `${status}, ${bytes} bytes`,
      badHex: 'Bytes are pairs of hexadecimal digits, for example 00 80 F7 FF.',
      badValue: 'This is no number.',
      copy: (name: string) => `Copy the GUID of ${name}`,
    },

    emptyTitle: 'No sound device yet',
    emptyText:
      'As soon as a driver registers a device, its filters stand here as frames: pins at their edges, nodes inside, wires and jacks between them.',
    hiddenTitle: 'Everything is hidden',
    hiddenText: 'The filters of the devices and types that you chose are all left out.',
    emptyDumpText:
      'This dump has no filters. The machine it comes from had no sound device when it was saved.',
  },

  power: {
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
    cost: ({ cpuPercent, memoryBytes }: PowerSubdevice['cost']) =>
      [
        cpuPercent === null ? '' : `${cpuPercent.toFixed(1)} %`,
        memoryBytes === null ? '' : `${Math.round(memoryBytes / 1_000_000)} MB`,
      ]
        .filter(Boolean)
        .join(' · ') || '—',
    sharedCost:
      'Processor time of the whole device host, in percent of one core: it is measured for all together.',
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
    idleOn: { performanceSeconds: 'Idle on mains', conservationSeconds: 'Idle on battery' },
    idleTime: (seconds: number) => (seconds === 0 ? 'never' : `after ${duration(seconds)}`),
    idleState: 'Goes to',
    idleStates: { D1: 'D1, light sleep', D2: 'D2, deeper sleep', D3: 'D3, off' },
    askSleep: (name: string) => ({
      title: `Put ${name} to sleep?`,
      consequence: 'These streams pause until it is woken:',
      action: 'Put to sleep',
    }),
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
  },

  trace: {
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
    noMatch: 'Nothing that was recorded passes the filter.',
    showAll: 'Show everything',
    emptyTitle: 'Nothing is recorded',
    emptyText:
      'Record to see every request that crosses the engine: properties, stream states and buffers, power and registration, with how each ended and how long it took. Off, it costs nothing.',
    waitingTitle: 'Recording',
    waitingText: 'Nothing crossed the engine yet. Move a fader, play a file or wake a subdevice.',
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
      profile: 'Profile',
      strip: 'Strip',
      trace: 'Trace',
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
    current: 'current',
    saveProfile: (name: string) => `Save over ${name}`,
    traceStart: 'Record the trace',
    traceStop: 'Stop recording the trace',
    tracePause: 'Pause the trace',
    traceResume: 'Resume the trace',
    traceClear: 'Clear the trace',
    traceAll: 'Show everything in the trace',
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
          { keys: ['Alt', '←', '→'], does: 'Move the strip' },
        ],
      },
      {
        name: 'In the topology',
        rows: [
          { keys: ['←', '→'], does: 'Along the connections' },
          { keys: ['↑', '↓'], does: 'To what is above, below' },
          { keys: ['Enter', 'Esc'], does: 'Open, close the inspector' },
          { keys: ['Alt', '←', '…'], does: 'Move a filter, node or jack' },
          { keys: ['Shift', '←', '…'], does: 'Move the view' },
          { keys: ['+', '−', '0', 'F'], does: 'Zoom, 100 %, show everything' },
          { keys: ['/'], does: 'Find' },
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
