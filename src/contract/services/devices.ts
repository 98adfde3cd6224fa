import * as v from 'valibot';
import { event, method } from '../service.ts';

export interface OutputDevice {
  /** Stable over restarts: `default`, `null`, or `sink:NAME` / `alsa:LABEL`. Never the audio library's own id. */
  id: string;
  label: string;
  /** `default` follows what the system calls its default output. */
  kind: 'default' | 'sink' | 'alsa' | 'null';
  /** The system's default output at this moment. */
  isDefault: boolean;
  available: boolean;
}

export interface DeviceList {
  outputs: OutputDevice[];
  /** Id of the chosen output; it may be unavailable at the moment. */
  selectedOutput: string;
  /** Id of the output that is really open; `null` when sound goes nowhere. */
  openOutput: string;
}

export const devicesService = {
  name: 'devices',
  methods: {
    list: method<DeviceList>()(v.strictTuple([])),
    selectOutput: method<void>()(v.strictTuple([v.pipe(v.string(), v.nonEmpty())])),
  },
  events: {
    onDevices: event<DeviceList>(),
  },
} as const;
