import * as v from 'valibot';
import type { AlsaHostEvent } from './alsaHardware.ts';
import { CARD_PARTS, type HostEvent } from './hardware.ts';
import type { MidiHostEvent } from './midiHardware.ts';
import type { ReferenceTime } from './units.ts';

/**
 * What the hosts may say. They are built together with main, but they run libraries that write where they should not:
 * a host that says something else is ended like one that hangs, before it means anything to the engine.
 */

const number = v.number();
const whole = v.pipe(number, v.integer());
const amount = v.pipe(number, v.finite(), v.minValue(0));
const text = v.string();
const referenceTime = v.custom<ReferenceTime>((value) => Number.isFinite(value));
const peaks = v.instance(Float32Array);
const numbers = v.array(number);
const error = v.object({
  code: v.picklist([
    'bad-input',
    'bad-request',
    'not-found',
    'bad-state',
    'device-unavailable',
    'not-supported',
    'cancelled',
    'disconnected',
    'not-allowed',
    'internal',
  ]),
  message: text,
});
const devicePower = v.picklist(['D0', 'D1', 'D2', 'D3']);
const status = v.object({
  frames: amount,
  sampleRate: amount,
  latencyMs: number,
  outputLatencyMs: number,
  cpuPercent: number,
  underruns: amount,
  voices: amount,
  work: v.exactOptional(
    v.object({
      cpuPercent: v.object({ inputs: v.record(text, number), feeding: number, capturing: number }),
      bytes: v.object({ resident: number, wavetable: number, fm: number, waves: number, capture: number }),
    }),
  ),
});
const recording = v.object({ frames: amount, bytes: amount, lostFrames: amount });

const hostEventSchema = v.variant('type', [
  v.object({
    type: v.literal('opened'),
    output: v.object({ kind: v.picklist(['device', 'null']), label: text, reason: text }),
    sampleRate: v.pipe(number, v.finite(), v.minValue(1)),
    chunkFrames: v.pipe(whole, v.minValue(1)),
    at: referenceTime,
  }),
  v.object({
    type: v.literal('powered'),
    part: v.picklist(CARD_PARTS),
    state: devicePower,
    at: v.exactOptional(referenceTime),
  }),
  v.object({ type: v.literal('pcms'), labels: v.array(text) }),
  v.object({
    type: v.literal('openFailed'),
    code: v.picklist(['no-device', 'device-busy', 'timeout', 'failed']),
    message: text,
  }),
  v.object({ type: v.literal('status'), status }),
  v.object({ type: v.literal('meters'), peaks }),
  v.object({
    type: v.literal('streamPosition'),
    stream: whole,
    position: referenceTime,
    at: v.exactOptional(referenceTime),
    eventsPlayed: amount,
  }),
  v.object({ type: v.literal('stalled'), milliseconds: number }),
  v.object({
    type: v.literal('synthStatistics'),
    stream: whole,
    statistics: v.object({ voices: number, lostNotes: number, peak: number, cpuPercent: number }),
  }),
  v.object({ type: v.literal('unloaded'), stream: whole, handle: whole }),
  v.object({ type: v.literal('bankProgress'), load: whole, done: number }),
  v.object({
    type: v.literal('bankLoaded'),
    load: whole,
    bank: v.object({
      name: text,
      format: v.picklist(['dls', 'sf2', 'sf3']),
      instruments: number,
      sampleBytes: number,
    }),
  }),
  v.object({ type: v.literal('bankFailed'), load: whole, error }),
  v.object({
    type: v.literal('streamSegment'),
    stream: whole,
    segment: v.object({ feed: whole, streamFrame: number, fileFrame: number }),
  }),
  v.object({ type: v.literal('streamEnded'), stream: whole }),
  v.object({ type: v.literal('captureMeters'), peaks }),
  v.object({ type: v.literal('recordingProgress'), stream: whole, progress: recording }),
  v.object({ type: v.literal('recordingFinished'), stream: whole, progress: recording }),
  v.object({ type: v.literal('captureInput'), input: text, fault: text }),
  v.object({ type: v.literal('streamFailed'), stream: whole, error }),
  v.object({ type: v.literal('streamUnderrun'), stream: whole }),
  v.object({ type: v.literal('streamError'), stream: whole, message: text }),
]);

const systemStatus = v.union([
  v.object({ available: v.literal(true) }),
  v.object({ available: v.literal(false), reason: text }),
]);

const midiHostEventSchema = v.variant('type', [
  v.object({
    type: v.literal('ports'),
    system: systemStatus,
    ports: v.array(v.object({ name: text, input: v.boolean(), output: v.boolean(), failure: text })),
  }),
  v.object({
    type: v.literal('captured'),
    port: text,
    time: referenceTime,
    bytes: v.instance(Uint8Array<ArrayBufferLike>),
  }),
  v.object({
    type: v.literal('streamPosition'),
    stream: whole,
    position: referenceTime,
    at: referenceTime,
    eventsPlayed: amount,
  }),
  v.object({ type: v.literal('streamError'), stream: whole, message: text }),
  v.object({ type: v.literal('streamLost'), stream: whole, message: text }),
  v.object({ type: v.literal('powered'), port: text }),
  v.object({ type: v.literal('alive') }),
]);

const alsaElement = v.object({
  numid: whole,
  iface: text,
  name: text,
  index: whole,
  device: whole,
  subdevice: whole,
  type: v.picklist(['boolean', 'integer', 'integer64', 'enumerated', 'bytes', 'iec958']),
  readable: v.boolean(),
  writable: v.boolean(),
  count: v.pipe(whole, v.minValue(0)),
  minimum: number,
  maximum: number,
  step: number,
  items: v.array(text),
  scale: v.array(
    v.object({
      from: number,
      to: number,
      law: v.picklist(['decibels', 'amplitude']),
      lowest: number,
      highest: number,
      mutes: v.boolean(),
    }),
  ),
  values: numbers,
});
const alsaCard = v.object({
  index: whole,
  id: text,
  name: text,
  longName: text,
  driver: text,
  elements: v.array(alsaElement),
  pcms: v.array(v.object({ device: whole, name: text, playback: v.boolean(), capture: v.boolean() })),
});

const alsaHostEventSchema = v.variant('type', [
  v.object({ type: v.literal('ready'), system: systemStatus, cards: v.array(alsaCard) }),
  v.object({ type: v.literal('card'), card: alsaCard }),
  v.object({ type: v.literal('cardGone'), card: whole }),
  v.object({ type: v.literal('values'), card: whole, numid: whole, values: numbers }),
  v.object({ type: v.literal('written'), request: whole, values: numbers }),
  v.object({ type: v.literal('refused'), request: whole, message: text }),
  v.object({ type: v.literal('alive') }),
]);

/** A schema that leaves one of the events out is an error of types: a host would be ended for saying it. */
function understands<Event extends { type: string }>() {
  return <Schema extends v.GenericSchema<Event>>(
      schema: Schema & ([Event['type']] extends [v.InferOutput<Schema>['type']] ? unknown : never),
    ) =>
    (event: unknown): event is Event =>
      v.is(schema, event);
}

export const isHostEvent = understands<HostEvent>()(hostEventSchema);
export const isMidiHostEvent = understands<MidiHostEvent>()(midiHostEventSchema);
export const isAlsaHostEvent = understands<AlsaHostEvent>()(alsaHostEventSchema);
