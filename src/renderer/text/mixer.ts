/** The words of the mixer panel, its faders, profiles and programs. */
import type { StripColour } from '../../contract/services/strips.ts';
import { formatDecibels } from '../components/fader/levelText.ts';

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

export const mixer = {
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
  onForSome: 'On for some channels',
  kinds: { BASS: 'Bass', TREBLE: 'Treble', LOUDNESS: 'Loudness', BASS_BOOST: 'Bass boost' },
  controlOf: (kind: string, node: string) => `${kind} · ${node}`,
  controlsOf: (line: string) => `Controls of ${line}`,
  source: (line: string) => `Source of ${line}`,
  from: (source: string) => `from ${source}`,
  fromNothing: 'from no source',
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
    shown ? 'Hide them again' : 'Show hidden strips; the menu of each brings it back for good',
  allHiddenTitle: 'Every strip is hidden',
  allHiddenText: 'Show them, and bring back what you need from their menus.',
  showHidden: 'Show hidden strips',
  absent: 'unplugged',
  loading: 'Reading the mixer…',
  emptyTitle: 'No sound device yet',
  emptyText: 'Plug one in: every line the engine finds in it gets a strip here, with fader, meter and mute.',
} as const;

export const profiles = {
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
  noFile: (name: string) => `“${name}” is not a profile.`,
  noFileAdvice: 'Choose a file exported from a mixer’s profiles.',
} as const;

export const programs = {
  title: 'Programs',
  paused: 'paused',
  device: (program: string) => `Device ${program} plays on`,
  /** Where the machine's sound system is not known, or is not there; by Node's name of the platform. */
  notShown: (platform: string): string => {
    const system = { win32: 'Windows', darwin: 'macOS' }[platform];
    return system === undefined
      ? 'No sound server answers, so the levels of other programs are not shown.'
      : `The levels of ${system} and of other programs are in the mixer of ${system}.`;
  },
} as const;

/** Ports, profile and default of a device of the system. */
export const endpoint = {
  of: (device: string) => `Ports and profile of ${device}`,
  ports: 'Port',
  port: (device: string) => `Port of ${device}`,
  usePort: (device: string, port: string) => `${device}: ${port}`,
  presence: { yes: 'plugged in', no: 'not plugged in' },
  profile: 'Profile',
  profileOf: (card: string) => `Profile of ${card}`,
  useProfile: (card: string, profile: string) => `${card}: profile ${profile}`,
  unavailable: (profile: string) => `${profile} (not plugged in)`,
  default: { output: 'The system’s default output', input: 'The system’s default input' },
  setDefault: (device: string, direction: 'output' | 'input') =>
    `Use ${device} as the system’s default ${direction}`,
} as const;

export const level = {
  text: formatDecibels,
  edit: (label: string) => `${label}: type a level`,
  readout: (label: string, level: string) => `${label}, ${level}. Type a level`,
  hint: 'dB or %, for example −6 or 50 %',
  invalid: 'Type dB or %, for example −6 or 50 %',
} as const;

export const amount = {
  edit: (label: string) => `${label}: type a percentage`,
  hint: 'A percentage, for example 50 %',
};

export const balance = {
  label: (line: string) => `${line} balance`,
  centre: 'centre',
  value: (balance: number) => `${balance < 0 ? 'left' : 'right'} ${Math.round(Math.abs(balance) * 100)} %`,
  short: (balance: number) =>
    Math.round(Math.abs(balance) * 100) === 0
      ? 'C'
      : `${balance < 0 ? 'L' : 'R'} ${Math.round(Math.abs(balance) * 100)}`,
} as const;
