import path from 'node:path';
import * as v from 'valibot';
import { PinwheelError } from '../../contract/errors.ts';
import type { CaptureJack } from '../../contract/services/devices.ts';
import type { Clients } from '../../contract/services/index.ts';
import {
  recorderInputSchema,
  type RecorderInput,
  type RecorderState,
  type RecordingRequest,
} from '../../contract/services/recorder.ts';
import { usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { openSession } from './session.ts';
import type { VerbContext } from './verb.ts';

/** The options of `record --audio`, as they were typed. */
export interface AudioOptions {
  output: string;
  device?: string | undefined;
  rate?: string | undefined;
  channels?: string | undefined;
  samples?: string | undefined;
  seconds?: string | undefined;
  json?: boolean | undefined;
}

/** Records sound until it is interrupted, or for so many seconds. `input` undefined: where the card's switch is. */
export async function recordAudio(
  { out, engine, stop }: VerbContext,
  input: string | undefined,
  options: AudioOptions,
): Promise<void> {
  const request: RecordingRequest = {
    file: path.resolve(options.output),
    input: input === undefined ? null : oneOf(recorderInputSchema.options, input, 'input'),
    sampleRate: options.rate === undefined ? null : integer(options.rate, 8_000, 192_000, '--rate'),
    channels: Number(oneOf(['1', '2'], options.channels ?? '2', '--channels')) === 1 ? 1 : 2,
    samples: oneOf(['16', '24', 'float'], options.samples ?? '16', '--samples'),
  };
  const seconds = options.seconds === undefined ? Infinity : integer(options.seconds, 1, 1e6, '--seconds');
  const session = await openSession(engine, { sound: true, stop });
  try {
    const { services } = session.connection;
    if (options.device !== undefined) await chooseDevice(services, request.input, options.device);
    const ended = Promise.withResolvers<void>();
    // Closing the session on the way out must not become an unhandled rejection.
    ended.promise.catch(() => undefined);
    let started = false;
    services.recorder.onState((state) => {
      started ||= state.phase === 'recording';
      if (!started) return;
      out.progress(progressText(state));
      if (state.phase !== 'recording' || state.seconds >= seconds) ended.resolve();
    });
    session.connection.onClose(() =>
      ended.reject(new PinwheelError({ code: 'disconnected', message: 'The running Pinwheel has ended.' })),
    );
    await services.recorder.start(request);
    const { input: recorded } = await services.recorder.getState();
    out.note(`recording ${recorded}`);
    stop.addEventListener('abort', () => ended.resolve(), { once: true });
    if (!stop.aborted) await ended.promise;
    report(await services.recorder.stop(), out, options.json ?? false);
  } finally {
    await session.dispose();
  }
}

async function chooseDevice(
  { devices, recorder }: Clients,
  input: RecorderInput | null,
  wanted: string,
): Promise<void> {
  const jack = input ?? (await recorder.getState()).input;
  if (jack === 'what-you-hear') throw usageError('“what-you-hear” is what the card plays: it has no device.');
  const { inputs } = await devices.listInputs();
  const found = inputs.find(
    ({ id, label }) => id === wanted || id === `source:${wanted}` || label === wanted,
  );
  await devices.selectInput(jack satisfies CaptureJack, found?.id ?? wanted);
}

/** @throws PinwheelError of a recording that ended before it was to */
function report(state: RecorderState, out: Output, json: boolean): void {
  const { file, input, seconds, bytes, lostFrames, error } = state;
  if (json) out.json({ file, input, seconds, bytes, lostFrames });
  else out.line(`${file}: ${seconds.toFixed(2)} s, ${bytes} bytes`);
  if (lostFrames > 0) out.note(`${lostFrames} frames are missing: the disk was too slow.`);
  if (error) throw new PinwheelError(error);
}

function progressText({ input, inputFault, seconds, bytes }: RecorderState): string {
  const text = `${input}  ${seconds.toFixed(1)} s  ${(bytes / 1e6).toFixed(1)} MB`;
  return inputFault === '' ? text : `${text}  ${inputFault}`;
}

function oneOf<const T extends string>(options: readonly T[], text: string, what: string): T {
  const result = v.safeParse(v.picklist(options), text);
  if (result.success) return result.output;
  throw usageError(`“${what}” is one of ${options.join(', ')}, not “${text}”.`);
}

function integer(text: string, least: number, most: number, what: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw usageError(`“${what}” takes a number from ${least} to ${most}, not “${text}”.`);
}
