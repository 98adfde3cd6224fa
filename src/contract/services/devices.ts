import * as v from 'valibot';
import { event, method } from '../service.ts';
import { preferredOutputsSchema, spdifOutputSchema } from './settings.ts';

export interface OutputDevice {
  /**
   * Stable over restarts: `default`, `preferred`, `null`, or `sink:NAME` / `alsa:LABEL`. Never the audio library's own id.
   */
  id: string;
  label: string;
  /** `default` follows what the system calls its default output, `preferred` is the first of the list that is there. */
  kind: 'default' | 'preferred' | 'sink' | 'alsa' | 'null';
  /** The system's default output at this moment. */
  isDefault: boolean;
  available: boolean;
}

export interface DeviceList {
  outputs: OutputDevice[];
  /** Id of the chosen output; it may be unavailable at the moment. */
  selectedOutput: string;
  /** Ids of outputs in the user's order; some may be unavailable. `preferred` is listed when there are any. */
  preferred: string[];
  /** Id of the output that is really open; `null` when sound goes nowhere. */
  openOutput: string;
  /** Id of the output that coded sound is sent through: that of a sink, or `none`. It may be unavailable. */
  selectedSpdif: string;
  /** Id of the output that coded sound is sent through at the moment; null when none is. */
  openSpdif: string | null;
}

/** A jack of the card's capture side that leads to an input device. */
export const captureJackSchema = v.picklist(['microphone', 'aux']);
export type CaptureJack = v.InferOutput<typeof captureJackSchema>;

export interface InputDevice {
  /** Stable over restarts: `source:NAME`. */
  id: string;
  label: string;
  /** The system's default input at this moment. */
  isDefault: boolean;
  available: boolean;
}

export interface InputList {
  inputs: InputDevice[];
  /**
   * What is behind each jack by choice: an id, `none`, or `default`, which is the system's default input for the
   * microphone and another one, if there is one, for the other jack.
   */
  selected: Record<CaptureJack, string>;
  /** What is behind each jack at this moment; null when nothing is. */
  open: Record<CaptureJack, string | null>;
}

export type ChannelSide = 'left' | 'right';

export const devicesService = {
  name: 'devices',
  methods: {
    list: method<DeviceList>()(v.strictTuple([])),
    selectOutput: method<void>()(v.strictTuple([v.pipe(v.string(), v.nonEmpty())])),
    /** Ids in order of preference, `default` among them where that is wanted; without any, `preferred` is no choice. */
    setPreferred: method<void>()(v.strictTuple([preferredOutputsSchema])),
    /** A sink's id, or `none`. */
    selectSpdif: method<void>()(v.strictTuple([spdifOutputSchema])),
    /**
     * Beeps on the left, then on the right of the output that is open, through the card's wave pin. Answers when both
     * were heard; `bad-state` while another test sounds, `device-unavailable` when there is no device or it is lost.
     */
    testChannels: method<void>()(v.strictTuple([])),
    listInputs: method<InputList>()(v.strictTuple([])),
    /** `default`, `none`, or the id of an input. */
    selectInput: method<void>()(v.strictTuple([captureJackSchema, v.pipe(v.string(), v.nonEmpty())])),
  },
  events: {
    onDevices: event<DeviceList>(),
    onInputs: event<InputList>(),
    /** Which side the channel test sounds on; null when it is over. */
    onTestSide: event<ChannelSide | null>(),
  },
} as const;
