import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  audioRange,
  guidOfTag,
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSMUSIC_TECHNOLOGY,
  musicRange,
  pcmFormat,
} from '../../../../../src/main/engine/ks/format.ts';
import type { Property } from '../../../../../src/main/engine/ks/property.ts';
import { KNOWN_PROPERTIES } from '../../../../../src/main/engine/ks/properties/index.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_PIN } from '../../../../../src/main/engine/ks/properties/pin.ts';
import {
  KSPROPERTY_SYNTH,
  KSPROPERTY_SYNTH_DLS,
} from '../../../../../src/main/engine/ks/properties/synth.ts';
import { KsError } from '../../../../../src/main/engine/ks/status.ts';
import {
  decodeBasicSupport,
  encodeBasicSupport,
} from '../../../../../src/main/engine/ks/wire/basicSupport.ts';
import { dataFormatLayout, dataRangeList } from '../../../../../src/main/engine/ks/wire/formats.ts';
import type { Layout } from '../../../../../src/main/engine/ks/wire/layout.ts';
import { pinConnect, pinConnectLayout } from '../../../../../src/main/engine/ks/wire/pinConnect.ts';
import { LEVEL_RANGE } from '../../../../support/completeNode.ts';
import { fuzz } from '../../../../support/fuzzing.ts';

const known = KNOWN_PROPERTIES as unknown as readonly Property<unknown, unknown>[];

/** Decodes what can be decoded; a value that came out goes in and out again unchanged. */
function roundTrips(layout: Layout<unknown>, bytes: Uint8Array): void {
  let value: unknown;
  try {
    value = layout.decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(KsError);
    return;
  }
  const encoded = layout.encode(value);
  if (layout.size !== undefined) expect(encoded.length).toBe(layout.size);
  expect(layout.decode(encoded)).toEqual(value);
}

describe('byte layouts', () => {
  it.each(known.map((property) => [property.name, property] as const))(
    '%s goes in and out',
    { tags: 'fuzz' },
    async (name, property) => {
      for (const [part, layout] of [
        ['value', property.value],
        ['instance', property.input.instance],
      ] as const) {
        const length = layout.size ?? 160;
        await fuzz(
          `ks/layouts/${name}.${part}`,
          fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) =>
            roundTrips(layout, bytes),
          ),
          { normal: 25, fuzz: 2_000 },
        );
        if (length > 0 && layout.size !== undefined) {
          expect(() => layout.decode(new Uint8Array(length - 1))).toThrow(KsError);
        }
      }
    },
  );

  it('data ranges: an audio range takes 88 bytes of a list, a music range 96', () => {
    const audio = audioRange(KSDATAFORMAT_SUBTYPE.PCM, {
      maximumChannels: 2,
      minimumBitsPerSample: 8,
      maximumBitsPerSample: 16,
      minimumSampleFrequency: 8_000,
      maximumSampleFrequency: 48_000,
    });
    const music = musicRange('DIRECTMUSIC', KSMUSIC_TECHNOLOGY.WAVETABLE);
    const bytes = dataRangeList.encode([audio, music]);
    expect(bytes.length).toBe(8 + 88 + 96);
    expect(dataRangeList.decode(bytes)).toEqual([audio, music]);
    expect(() => dataRangeList.decode(bytes.subarray(0, 100))).toThrow(KsError);
  });

  it('data formats: WAVEFORMATEX, EXTENSIBLE and DSOUND', () => {
    const pcm = pcmFormat(2, 44_100, 16);
    const extensible = {
      ...pcm,
      wave: {
        ...pcm.wave!,
        formatTag: 0xfffe,
        extensible: { validBitsPerSample: 16, channelMask: 3, subFormat: guidOfTag(1) },
      },
    };
    const dsound = {
      ...pcm,
      specifier: KSDATAFORMAT_SPECIFIER.DSOUND,
      dsound: { flags: 1, control: 2 },
    };
    const sizes = [pcm, extensible, dsound].map((format) => {
      const bytes = dataFormatLayout.encode(format);
      expect(dataFormatLayout.decode(bytes)).toEqual(format);
      return bytes.length;
    });
    expect(sizes).toEqual([64 + 18, 64 + 40, 64 + 8 + 18]);
  });

  it('KSPIN_CONNECT: 72 bytes before the format', () => {
    const connect = pinConnect(3, pcmFormat(1, 48_000, 16), 7);
    const bytes = pinConnectLayout.encode(connect);
    expect(bytes.length).toBe(72 + 64 + 18);
    expect(pinConnectLayout.decode(bytes)).toEqual(connect);
  });

  it('basic support of every shape', () => {
    const { minimum, maximum, step } = LEVEL_RANGE;
    for (const support of [
      { access: 0x201 },
      { access: 0x203, valueType: 'VT_I4' as const },
      {
        access: 0x203,
        valueType: 'VT_I4' as const,
        members: { multichannel: true, uniform: true, steppings: [{ minimum, maximum, step }] },
      },
      {
        access: 0x203,
        valueType: 'VT_UI4' as const,
        members: {
          multichannel: false,
          uniform: false,
          steppings: [{ minimum: 0, maximum: 0xffffffff, step: 1 }],
        },
      },
    ]) {
      expect(decodeBasicSupport(encodeBasicSupport(support, 1000).output)).toEqual(support);
    }
  });

  it('structures with a tail of their own', () => {
    const geometry = {
      version: 0x100,
      arrayType: 2,
      verticalAngleBegin: -100,
      verticalAngleEnd: 100,
      horizontalAngleBegin: -200,
      horizontalAngleEnd: 200,
      frequencyBandLow: 100,
      frequencyBandHigh: 8_000,
      microphones: [{ type: 1, x: -50, y: 0, z: 0, verticalAngle: 0, horizontalAngle: 0 }],
    };
    const bytes = KSPROPERTY_AUDIO.MIC_ARRAY_GEOMETRY.value.encode(geometry);
    expect(bytes.length).toBe(18 + 12);
    expect(KSPROPERTY_AUDIO.MIC_ARRAY_GEOMETRY.value.decode(bytes)).toEqual(geometry);
    expect(() => KSPROPERTY_AUDIO.MIC_ARRAY_GEOMETRY.value.decode(bytes.subarray(0, 29))).toThrow(KsError);

    const download = { data: Uint8Array.of(1, 2, 3) };
    const { instance } = KSPROPERTY_SYNTH_DLS.DOWNLOAD.input;
    expect(instance.encode(download).length).toBe(16 + 3);
    expect(instance.decode(instance.encode(download))).toEqual(download);

    const caps = {
      guid: KSDATAFORMAT_SUBTYPE.PCM,
      flags: 4,
      memorySize: 0,
      maxChannelGroups: 16,
      maxVoices: 64,
      maxAudioChannels: 2,
      effectFlags: 1,
      description: 'x'.repeat(200),
    };
    const decoded = KSPROPERTY_SYNTH.CAPS.value.decode(KSPROPERTY_SYNTH.CAPS.value.encode(caps));
    expect(decoded).toEqual({ ...caps, description: 'x'.repeat(127) });

    const peer = { filter: 'Topology', pin: 4 };
    const peerBytes = KSPROPERTY_PIN.PHYSICALCONNECTION.value.encode(peer);
    expect(peerBytes.length).toBe(8 + 2 * 9);
    expect(KSPROPERTY_PIN.PHYSICALCONNECTION.value.decode(peerBytes)).toEqual(peer);
  });
});
