import { AudioContext, mediaDevices } from 'node-web-audio-api';
import type { HostEvent, OutputRequest } from '../../contract/hardware.ts';
import type { LatencySetting } from '../../contract/services/settings.ts';
import { makeDefaultPcm } from './alsaDefault.ts';

/** A device that could not be opened. */
export class OpenError extends Error {
  readonly code: Extract<HostEvent, { type: 'openFailed' }>['code'];

  constructor(code: OpenError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OpenError';
    this.code = code;
  }
}

export interface AudioDevice {
  context: AudioContext;
  kind: 'device' | 'null';
  label: string;
}

/** ALSA's names of the PCMs that lead to a sound server. The second one, like the default PCM under PipeWire, spins. */
const PULSE_PCM = 'PulseAudio Sound Server';
const PIPEWIRE_PCM = 'PipeWire Sound Server';
const DISCARDING_PCM = /^Discard all samples/;
/** The library's own name for JACK's outputs; its other device, `..._in`, cannot play. */
const JACK_OUTPUT = /^cpal_client.*_out$/;
const JACK_DEVICE = /^cpal_client.*_(in|out)$/;
const NO_JACK_SERVER = 'pinwheel-without-jack';

/**
 * Decides the size of the library's periods: 128 frames, or as many seconds rounded up to a power of two, 1024 and 2048
 * frames at 48 kHz. Each has its price in every thread on the way.
 */
const LATENCY_HINTS: Readonly<Record<LatencySetting, AudioContextLatencyCategory | number>> = {
  low: 'interactive',
  normal: 0.02,
  saving: 0.04,
};
/**
 * PipeWire keeps no less than three of these for us, in frames at 48 kHz, and hands on no less at a time; its own choice
 * is 256. At saving it asks for more sound half as often then. Undefined: its own choice.
 */
const SERVER_LEAST_FRAMES: Readonly<Record<LatencySetting, number | undefined>> = {
  low: 128,
  normal: undefined,
  saving: 2048,
};
/**
 * Length of the sound server's buffer for us, in milliseconds. Its own choice, about 15, is gone in the first moment
 * in which the library's thread has to wait for a processor.
 */
const SERVER_BUFFER_MS: Readonly<Record<LatencySetting, number | undefined>> = {
  low: undefined,
  normal: 64,
  saving: 130,
};

/** A gap destroys what is in a burst, and nobody plays along with one. */
const EXACT_BUFFER_MS = 300;

/**
 * Opens an output device. Blocks the calling thread for 100 ms or more. Sets environment variables of the process,
 * which must be those that the C library sees: of a main thread, or of a worker that shares them.
 *
 * @param onPcms told the labels of all PCMs that can be played on, when one of them was asked for.
 * @throws OpenError
 */
export async function openAudioDevice(
  output: OutputRequest,
  latency: LatencySetting,
  onPcms: (labels: string[]) => void,
): Promise<AudioDevice> {
  const latencyHint = LATENCY_HINTS[latency];
  switch (output.kind) {
    case 'null': {
      // TypeScript's DOM library does not know sinkId as a constructor option.
      const options = { latencyHint, sampleRate: 48_000, sinkId: { type: 'none' } };
      return { context: new AudioContext(options), kind: 'null', label: '' };
    }
    case 'sink': {
      const { sampleRate = 48_000 } = output;
      const exactRate = output.exact ? sampleRate : undefined;
      const device = await soundServerDevice(output.name, { latency, exactRate });
      return {
        context: construct(latencyHint, device.deviceId, sampleRate),
        kind: 'device',
        label: device.label,
      };
    }
    case 'pcm': {
      if (output.name !== undefined) {
        if (!makeDefaultPcm(output.name)) {
          throw new OpenError('no-device', `The output “${output.name}” was not found.`);
        }
        return { context: construct(latencyHint), kind: 'device', label: output.name };
      }
      const device = await pcmDevice(output.label, onPcms);
      return {
        context: construct(latencyHint, device?.deviceId),
        kind: 'device',
        label: device?.label ?? '',
      };
    }
  }
}

function construct(
  latencyHint: AudioContextLatencyCategory | number,
  sinkId?: string,
  sampleRate?: number,
): AudioContext {
  const options: AudioContextOptions & { sinkId?: string } = { latencyHint };
  if (sinkId !== undefined) options.sinkId = sinkId;
  if (sampleRate !== undefined) options.sampleRate = sampleRate;
  try {
    return new AudioContext(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const name = error instanceof Error ? error.name : '';
    if (/busy|in use/i.test(message))
      throw new OpenError('device-busy', 'The output device is in use.', { cause: error });
    if (name === 'NotFoundError' || name === 'InvalidStateError') {
      throw new OpenError('no-device', `The output device could not be opened: ${message}`, { cause: error });
    }
    throw new OpenError('failed', `The output device could not be opened: ${message}`, { cause: error });
  }
}

async function outputDevices(): Promise<MediaDeviceInfo[]> {
  const devices = await mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'audiooutput');
}

/** PipeWire runs at the stream's rate as long as it plays, and ends it with its sink instead of playing it elsewhere. */
function exactProperties(sampleRate: number): string {
  return ` node.force-rate=${sampleRate} node.dont-reconnect=true`;
}

/** The PCM of ALSA's pulse plugin, pointed to the sink; where that plugin is missing, JACK. */
async function soundServerDevice(
  sinkName: string | undefined,
  { latency, exactRate }: { latency: LatencySetting; exactRate: number | undefined },
): Promise<MediaDeviceInfo> {
  process.env['PULSE_SINK'] = sinkName ?? '@DEFAULT_SINK@';
  // Under a name and an id of its own, so that the server does not give us the volume it remembers of another program.
  const least = SERVER_LEAST_FRAMES[latency];
  process.env['PULSE_PROP_OVERRIDE'] =
    'application.name=Pinwheel application.id=pinwheel' +
    (least === undefined ? '' : ` pulse.min.req=${least}/48000 pulse.min.quantum=${least}/48000`) +
    (exactRate === undefined ? '' : exactProperties(exactRate));
  const bufferMs = exactRate === undefined ? SERVER_BUFFER_MS[latency] : EXACT_BUFFER_MS;
  if (bufferMs !== undefined) process.env['PULSE_LATENCY_MSEC'] = String(bufferMs);
  // The library prefers JACK when it finds a server, but only the pulse plugin lets us choose the sink.
  const { PIPEWIRE_REMOTE, JACK_DEFAULT_SERVER } = process.env;
  process.env['JACK_NO_START_SERVER'] = '1';
  process.env['PIPEWIRE_REMOTE'] = NO_JACK_SERVER;
  process.env['JACK_DEFAULT_SERVER'] = NO_JACK_SERVER;
  const pulse = (await outputDevices()).find(({ label }) => label === PULSE_PCM);
  if (pulse) return pulse;
  restoreEnvironment('PIPEWIRE_REMOTE', PIPEWIRE_REMOTE);
  restoreEnvironment('JACK_DEFAULT_SERVER', JACK_DEFAULT_SERVER);
  const jack = (await outputDevices()).find(({ label }) => JACK_OUTPUT.test(label));
  // JACK has one rate and sinks of its own.
  if (jack && exactRate === undefined) return jack;
  throw new OpenError(
    'no-device',
    'The sound server cannot be reached through ALSA; the package libasound2-plugins makes it possible.',
  );
}

function restoreEnvironment(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** A PCM by label, or a sensible one; undefined lets the system choose where that is safe. */
async function pcmDevice(
  wanted: string | undefined,
  onPcms: (labels: string[]) => void,
): Promise<MediaDeviceInfo | undefined> {
  const devices = (await outputDevices()).filter(({ label }) => isPlayable(label));
  onPcms(devices.map(({ label }) => label));
  if (wanted !== undefined) {
    const device = devices.find(({ label }) => label === wanted);
    if (device) return device;
    throw new OpenError('no-device', `The output “${wanted}” was not found.`);
  }
  const device = devices.find(({ label }) => /default/i.test(label)) ?? devices[0];
  if (!device) throw new OpenError('no-device', 'No output device was found.');
  return process.platform === 'linux' ? device : undefined;
}

function isPlayable(label: string): boolean {
  if (JACK_DEVICE.test(label)) return JACK_OUTPUT.test(label);
  return !DISCARDING_PCM.test(label) && label !== PULSE_PCM && label !== PIPEWIRE_PCM;
}
