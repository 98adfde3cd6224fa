import { describe, expect, it } from 'vitest';
import {
  KNOWN_PROPERTIES,
  propertyById,
  propertyByName,
} from '../../../../../src/main/engine/ks/properties/index.ts';
import type { Property } from '../../../../../src/main/engine/ks/property.ts';

const known = KNOWN_PROPERTIES as unknown as readonly Property<unknown, unknown>[];
const valueSize = (name: string) => (propertyByName(name) as Property<unknown, unknown>).value.size;
const instanceSize = (name: string) =>
  (propertyByName(name) as Property<unknown, unknown>).input.instance.size;

describe('known properties', () => {
  it('are found by set and id and by name, and no two share either', () => {
    for (const each of known) {
      expect(propertyById(each.set, each.id)).toBe(each);
      expect(propertyByName(each.name.toLowerCase())).toBe(each);
    }
    expect(new Set(known.map(({ set, id }) => `${set}/${id}`)).size).toBe(known.length);
    expect(new Set(known.map(({ name }) => name)).size).toBe(known.length);
  });

  it('have the value sizes of the public headers', () => {
    const sizes: Record<string, number | undefined> = {
      AUDIO_VOLUMELEVEL: 4,
      AUDIO_LATENCY: 16,
      AUDIO_POSITION: 16,
      AUDIO_POSITIONEX: 40,
      AUDIO_PREFERRED_STATUS: 24,
      AUDIO_PRESENTATION_POSITION: 16,
      AUDIO_MIX_LEVEL_TABLE: undefined,
      CONNECTION_ALLOCATORFRAMING: 24,
      CONNECTION_PRIORITY: 8,
      DIRECTSOUND3DBUFFER_ALL: 60,
      DIRECTSOUND3DLISTENER_ALL: 60,
      DIRECTSOUND3DLISTENER_ORIENTATION: 24,
      GENERAL_COMPONENTID: 72,
      HRTF3D_FILTER_FORMAT: 16,
      HRTF3D_INITIALIZE: 32,
      ITD3D_PARAMS: 56,
      JACK_SINK_INFO: 96,
      RTAUDIO_BUFFER: 16,
      RTAUDIO_GETREADPACKET: 24,
      RTAUDIO_HWLATENCY: 12,
      RTAUDIO_POSITIONREGISTER: 40,
      RTAUDIO_SETWRITEPACKET: 12,
      SYNTH_CAPS: 296,
      SYNTH_DLS_DOWNLOAD: 16,
      SYNTH_PORTPARAMETERS: 28,
      SYNTH_RUNNINGSTATS: 32,
      SYSAUDIO_SELECT_GRAPH: 0,
    };
    expect(Object.fromEntries(Object.keys(sizes).map((name) => [name, valueSize(name)]))).toEqual(sizes);
  });

  it('have the instance sizes of the public headers', () => {
    const sizes: Record<string, number> = {
      AUDIO_VOLUMELEVEL: 8,
      AUDIO_MUX_SOURCE: 0,
      AUDIO_DEV_SPECIFIC: 12,
      AUDIO_MIC_SNR: 8,
      PIN_CATEGORY: 8,
      RTAUDIO_BUFFER: 16,
      RTAUDIO_BUFFER_WITH_NOTIFICATION: 16,
      RTAUDIO_POSITIONREGISTER: 8,
      SYNTH_PORTPARAMETERS: 28,
      SYNTH_VOICEPRIORITY: 8,
      SYSAUDIO_CREATE_VIRTUAL_SOURCE: 32,
      SYSAUDIO_DEVICE_FRIENDLY_NAME: 4,
      SYSAUDIO_INSTANCE_INFO: 8,
      SYSAUDIO_SELECT_GRAPH: 16,
    };
    expect(Object.fromEntries(Object.keys(sizes).map((name) => [name, instanceSize(name)]))).toEqual(sizes);
  });
});
