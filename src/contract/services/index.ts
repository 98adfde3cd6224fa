import type { ServiceClient, ServiceImplementation } from '../service.ts';
import { appService } from './app.ts';
import { arrangementService } from './arrangement.ts';
import { devicesService } from './devices.ts';
import { endpointsService } from './endpoints.ts';
import { keyboardService } from './keyboard.ts';
import { hotkeysService } from './hotkeys.ts';
import { midiService } from './midi.ts';
import { mixerService } from './mixer.ts';
import { playerService } from './player.ts';
import { powerService } from './power.ts';
import { profilesService } from './profiles.ts';
import { recorderService } from './recorder.ts';
import { settingsService } from './settings.ts';
import { stripsService } from './strips.ts';
import { synthService } from './synth.ts';
import { topologyService } from './topology.ts';
import { traceService } from './trace.ts';

/** Every service main offers. Adding one here gives it a typed client and a validated server. */
export const services = {
  app: appService,
  arrangement: arrangementService,
  devices: devicesService,
  endpoints: endpointsService,
  keyboard: keyboardService,
  hotkeys: hotkeysService,
  midi: midiService,
  mixer: mixerService,
  player: playerService,
  power: powerService,
  profiles: profilesService,
  recorder: recorderService,
  settings: settingsService,
  strips: stripsService,
  synth: synthService,
  topology: topologyService,
  trace: traceService,
} as const;

export type Services = typeof services;
export type Clients = { readonly [S in keyof Services]: ServiceClient<Services[S]> };
export type Implementations = { readonly [S in keyof Services]: ServiceImplementation<Services[S]> };
