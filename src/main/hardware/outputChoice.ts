import type { OutputRequest } from '../../contract/hardware.ts';
import type { DeviceList, OutputDevice } from '../../contract/services/devices.ts';
import type { NamedPcm } from './pcmWatcher.ts';
import type { OutputRate } from '../../contract/services/settings.ts';
import type { Outputs } from './soundServer/records.ts';

/**
 * Which output device the card is to play on, and how the outputs are listed: pure decisions from what the user
 * selected and what the machine has.
 */

/** What the machine has at this moment. */
export interface OutputSituation {
  /** What the user wants a sound server's device to be opened with; a server that does not follow converts it. */
  rate?: OutputRate;
  /** Ids of outputs in the user's order. */
  preferred?: readonly string[];
  /** Undefined where no sound server protocol is spoken. */
  outputs: Outputs | undefined;
  /** The server has answered since the program started: then its hardware is not taken away from it. */
  serverSeen: boolean;
  /** The audio library can be expected to open a PCM of its own. */
  pcmPlayback: boolean;
  /** ALSA's PCMs that can play. */
  pcms: readonly NamedPcm[];
  /** PCMs the audio library knows, by label: for systems without ALSA. */
  pcmLabels: readonly string[];
}

export interface OutputChoice {
  request: OutputRequest;
  /** Equal keys mean the same device. */
  key: string;
  /** Name a person knows the device by. */
  label: string;
  /** Id in the device list. */
  outputId: string;
}

export const NO_DEVICE = 'No output device was found.';
export const NO_SERVER = 'The sound server does not answer.';
export const NONE_PREFERRED = 'None of the preferred outputs is connected.';
export const NULL_LABEL = 'Null device';

const PREFERRED = 'preferred';
const SINK = 'sink:';
const ALSA = 'alsa:';
/** Names of ALSA begin so, labels of the audio library do not. */
const HARDWARE = 'hw:CARD=';
/** The sink that PipeWire and PulseAudio make up when there is no device. */
const DUMMY_SINK = 'auto_null';

export function nullChoice(reason: string): OutputChoice {
  return { request: { kind: 'null', reason }, key: 'null', label: NULL_LABEL, outputId: 'null' };
}

/**
 * `selection` is an id of the device list: `default`, `preferred`, `null`, `sink:NAME` or `alsa:NAME` (`alsa:LABEL`).
 */
export function chooseOutput(selection: string, situation: OutputSituation): OutputChoice {
  if (selection === 'null') return nullChoice('The null device is selected.');
  if (selection === PREFERRED) return preferredChoice(situation);
  if (selection.startsWith(ALSA + HARDWARE)) {
    const name = selection.slice(ALSA.length);
    const pcm = situation.pcms.find((each) => each.name === name);
    return pcm ? namedPcmChoice(pcm) : nullChoice(`The selected output “${name}” is not connected.`);
  }
  if (selection.startsWith(ALSA)) return pcmChoice(selection.slice(ALSA.length));
  const { outputs } = situation;
  if (selection.startsWith(SINK)) {
    const name = selection.slice(SINK.length);
    if (!outputs?.serverRunning) return nullChoice(NO_SERVER);
    const sink = outputs.sinks.find((candidate) => candidate.name === name);
    return sink
      ? sinkChoice(sink, situation.rate)
      : nullChoice(`The selected output “${name}” is not connected.`);
  }
  if (outputs?.serverRunning) {
    const sink = defaultSink(outputs);
    return sink ? sinkChoice(sink, situation.rate) : nullChoice(NO_DEVICE);
  }
  if (situation.serverSeen) return nullChoice(NO_SERVER);
  return situation.pcmPlayback ? pcmChoice(undefined) : nullChoice(NO_DEVICE);
}

/** The outputs as the devices service lists them. A selected output that is not there is listed as unavailable. */
export function listOutputs(
  selection: string,
  openOutput: string,
  situation: OutputSituation,
): Omit<DeviceList, 'selectedSpdif' | 'openSpdif'> {
  const { outputs: server } = situation;
  const sink = server?.serverRunning ? defaultSink(server) : undefined;
  const following = chooseOutput('default', situation);
  const preferred = [...(situation.preferred ?? [])];
  const outputs: OutputDevice[] = [
    {
      id: 'default',
      label: sink ? `System default (${sink.description || sink.name})` : 'System default',
      kind: 'default',
      isDefault: false,
      available: following.key !== 'null',
    },
  ];
  if (preferred.length > 0 || selection === PREFERRED) {
    const { key, label } = preferredChoice(situation);
    const available = key !== 'null';
    outputs.push({
      id: PREFERRED,
      label: available ? `Preferred (${label})` : 'Preferred',
      kind: 'preferred',
      isDefault: false,
      available,
    });
  }
  outputs.push(...presentDevices(situation));
  if (selection !== 'null' && !outputs.some(({ id }) => id === selection)) {
    const kind = selection.startsWith(ALSA) ? 'alsa' : 'sink';
    const label = selection.slice(selection.indexOf(':') + 1);
    outputs.push({ id: selection, label, kind, isDefault: false, available: false });
  }
  outputs.push({ id: 'null', label: NULL_LABEL, kind: 'null', isDefault: false, available: true });
  return { outputs, selectedOutput: selection, openOutput, preferred };
}

/** Devices that a server has, or ALSA where no server is. */
function presentDevices({ outputs: server, serverSeen, pcms, pcmLabels }: OutputSituation): OutputDevice[] {
  if (server?.serverRunning) {
    const sink = defaultSink(server);
    return server.sinks
      .filter(({ name }) => name !== DUMMY_SINK)
      .map((each) => ({
        id: SINK + each.name,
        label: each.description || each.name,
        kind: 'sink',
        isDefault: each === sink,
        available: true,
      }));
  }
  if (serverSeen) return [];
  const named = pcms.length > 0 ? pcms : pcmLabels.map((label) => ({ name: label, label }));
  return named.map(({ name, label }) => ({
    id: ALSA + name,
    label,
    kind: 'alsa',
    isDefault: false,
    available: true,
  }));
}

/** The first output of the user's list that is there. */
function preferredChoice(situation: OutputSituation): OutputChoice {
  const present = presentDevices(situation);
  for (const id of situation.preferred ?? []) {
    if (id !== 'default' && !present.some((device) => device.id === id)) continue;
    const choice = chooseOutput(id, situation);
    if (choice.key !== 'null') return choice;
  }
  return nullChoice(NONE_PREFERRED);
}

type Sink = Outputs['sinks'][number];

function defaultSink(outputs: Outputs): Sink | undefined {
  const sinks = outputs.sinks.filter(({ name }) => name !== DUMMY_SINK);
  return sinks.find(({ name }) => name === outputs.defaultSink) ?? sinks[0];
}

function sinkChoice(sink: Sink, chosen: OutputRate = 'auto'): OutputChoice {
  const { rate } = sink.sampleSpec;
  // The sink's own rate reaches it unresampled; telephone rates and studio extremes are left to the server.
  const own = rate >= 32_000 && rate <= 192_000 ? rate : 48_000;
  const sampleRate = chosen === 'auto' ? own : chosen;
  return {
    request: { kind: 'sink', name: sink.name, sampleRate },
    key: SINK + sink.name,
    label: sink.description || sink.name,
    outputId: SINK + sink.name,
  };
}

function namedPcmChoice({ name, label }: NamedPcm): OutputChoice {
  return { request: { kind: 'pcm', name }, key: ALSA + name, label, outputId: ALSA + name };
}

function pcmChoice(label: string | undefined): OutputChoice {
  return {
    request: label === undefined ? { kind: 'pcm' } : { kind: 'pcm', label },
    key: ALSA + (label ?? ''),
    label: label ?? 'Default sound device',
    outputId: label === undefined ? 'default' : ALSA + label,
  };
}
