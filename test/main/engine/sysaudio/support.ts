import type { StreamState } from '../../../../src/contract/hardware.ts';
import type { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { Port, type Miniport } from '../../../../src/main/engine/portcls/ports/port.ts';
import type { AdapterDevice } from '../../../../src/main/engine/portcls/adapter.ts';
import type { Subdevice } from '../../../../src/main/engine/portcls/subdevice.ts';
import type { FilterDescriptor, PinDescriptor } from '../../../../src/main/engine/ks/descriptor.ts';
import {
  audioRange,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_TYPE,
  KSMUSIC_TECHNOLOGY,
  musicRange,
  waveFormat,
  WAVE_FORMAT,
  type AudioLimits,
  type DataFormat,
  type DataRange,
} from '../../../../src/main/engine/ks/format.ts';
import {
  CLSID,
  guid,
  KSAUDFNAME,
  KSCATEGORY,
  KSNODETYPE,
  PINNAME_CAPTURE,
  type Guid,
} from '../../../../src/main/engine/ks/guid.ts';
import type { PinInstanceParts } from '../../../../src/main/engine/ks/pin.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import type { PinVertex } from '../../../../src/main/engine/sysaudio/deviceGraph.ts';
import type { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { install, jack, sumNode, topology, volumeNode, wired, wires } from '../../../support/testFilters.ts';

/** Cards whose wave and synthesizer filters stream to nowhere and write down what their streams are told. */

/** A miniport with streams: `refuse` says why a format is not taken, `log` gets what happens to streams. */
export interface StreamMiniport extends Miniport {
  refuse?(pinId: number, format: DataFormat): KsError | undefined;
  log(entry: string): void;
}

/** A port driver as far as SysAudio sees one: streams that are made, stepped and closed. */
export class StreamPort extends Port<StreamMiniport> {
  readonly classId = CLSID.PortWaveCyclic;

  protected override initMiniport(): void {
    // These miniports have no Init of their own.
  }

  override createPin(pinId: number, format: DataFormat): PinInstanceParts {
    const refusal = this.miniport.refuse?.(pinId, format);
    if (refusal) throw refusal;
    const { log } = this.miniport;
    log(`open ${pinId}`);
    return {
      stream: { pinId },
      setState: (state: StreamState) => log(`${pinId} ${state}`),
      close: () => log(`close ${pinId}`),
    };
  }
}

export function installStreams(
  adapter: AdapterDevice,
  name: string,
  descriptor: FilterDescriptor,
  miniport: Partial<StreamMiniport> = {},
): Subdevice {
  return adapter.installSubdevice(name, new StreamPort(), {
    getDescription: () => descriptor,
    log: () => undefined,
    ...miniport,
  });
}

export const CARD_LIMITS: AudioLimits = {
  maximumChannels: 2,
  minimumBitsPerSample: 16,
  maximumBitsPerSample: 16,
  minimumSampleFrequency: 44_100,
  maximumSampleFrequency: 48_000,
};

export const AC3: DataFormat = {
  majorFormat: KSDATAFORMAT_TYPE.AUDIO,
  subFormat: KSDATAFORMAT_SUBTYPE.AC3_SPDIF,
  specifier: KSDATAFORMAT_SPECIFIER.WAVEFORMATEX,
  wave: waveFormat(WAVE_FORMAT.DOLBY_AC3_SPDIF, 2, 48_000, 16),
};
export const AC3_RANGE = audioRange(KSDATAFORMAT_SUBTYPE.AC3_SPDIF, {
  maximumChannels: 2,
  minimumBitsPerSample: 16,
  maximumBitsPerSample: 16,
  minimumSampleFrequency: 48_000,
  maximumSampleFrequency: 48_000,
});
export const MIDI: DataFormat = {
  majorFormat: KSDATAFORMAT_TYPE.MUSIC,
  subFormat: KSDATAFORMAT_SUBTYPE.MIDI,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
};

export const pcmRange = (limits: Partial<AudioLimits> = {}): DataRange =>
  audioRange(KSDATAFORMAT_SUBTYPE.PCM, { ...CARD_LIMITS, ...limits });

export function streamPin(
  dataFlow: 'IN' | 'OUT',
  dataRanges: readonly DataRange[],
  instances: number,
  name: Guid | null = null,
  category: Guid = KSCATEGORY.AUDIO,
): PinDescriptor {
  return {
    maxGlobalInstances: instances,
    maxFilterInstances: instances,
    minFilterInstances: 0,
    dataFlow,
    communication: 'SINK',
    dataRanges,
    category,
    name,
  };
}

export interface CardOptions {
  instances?: number;
  captureInstances?: number;
  ranges?: readonly DataRange[];
  refuse?(pinId: number, format: DataFormat): KsError | undefined;
  log?(entry: string): void;
}

/** Pin ids of a card's “Wave” filter. */
export const WAVE_PIN = { OUT: 0, DAC_LINK: 1, IN: 2, ADC_LINK: 3 } as const;

/** Wave out → (wire) → volume → speakers, microphone → volume → (wire) → wave in. */
export function waveCard(portCls: PortCls, id: string, options: CardOptions = {}) {
  const adapter = portCls.addAdapterDevice({ id, name: `Card ${id}`, maxObjects: 8 });
  const ranges = options.ranges ?? [pcmRange()];
  const wave = installStreams(
    adapter,
    'Wave',
    {
      pins: [
        streamPin('IN', ranges, options.instances ?? 1),
        wired('OUT', KSNODETYPE.LEGACY_AUDIO_CONNECTOR),
        streamPin('OUT', ranges, options.captureInstances ?? 1, null, PINNAME_CAPTURE),
        wired('IN', KSNODETYPE.ANALOG_CONNECTOR),
      ],
      nodes: [
        { type: KSNODETYPE.DAC, name: null },
        { type: KSNODETYPE.ADC, name: null },
      ],
      connections: wires([-1, 0, 0, 1], [0, 0, -1, 1], [-1, 3, 1, 1], [1, 0, -1, 2]),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.CAPTURE],
    },
    options,
  );
  const topo = install(
    portCls,
    adapter,
    'Topology',
    topology(
      [
        wired('IN', KSNODETYPE.LEGACY_AUDIO_CONNECTOR),
        jack('OUT', KSNODETYPE.SPEAKER),
        jack('IN', KSNODETYPE.MICROPHONE),
        wired('OUT', KSNODETYPE.ANALOG_CONNECTOR),
      ],
      [volumeNode('Master Volume'), volumeNode('Microphone Volume')],
      wires([-1, 0, 0, 1], [0, 0, -1, 1], [-1, 2, 1, 1], [1, 0, -1, 3]),
    ),
  );
  adapter.registerPhysicalConnection(RENDER_WIRE);
  adapter.registerPhysicalConnection(CAPTURE_WIRE);
  return { adapter, wave, topology: topo };
}

export const RENDER_WIRE = { fromSubdevice: 'Wave', fromPin: 1, toSubdevice: 'Topology', toPin: 0 };
export const CAPTURE_WIRE = { fromSubdevice: 'Topology', fromPin: 3, toSubdevice: 'Wave', toPin: 3 };

/** A MIDI pin → synthesizer → `end`, which is a wire, a jack or a wave stream pin. */
export function synthesizer(
  adapter: AdapterDevice,
  name: string,
  technology: keyof typeof KSMUSIC_TECHNOLOGY,
  end: PinDescriptor,
  miniport: Partial<StreamMiniport> = {},
): Subdevice {
  return installStreams(
    adapter,
    name,
    {
      pins: [streamPin('IN', [musicRange('MIDI', KSMUSIC_TECHNOLOGY[technology])], 4, KSAUDFNAME.MIDI), end],
      nodes: [{ type: KSNODETYPE.SYNTHESIZER, name: null }],
      connections: wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.SYNTHESIZER],
    },
    miniport,
  );
}

export function hostPin(sysAudio: SysAudio, subdevice: Subdevice, pinId: number): PinVertex {
  return sysAudio.graph.pin(subdevice, pinId)!;
}

export function statusOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof KsError ? error.status : String(error);
  }
}

/** A ring of filters of which the first also has a host pin and, if wanted, a jack to leave the ring by. */
export function ring(portCls: PortCls, id: string, count: number, withJack: boolean) {
  const adapter = portCls.addAdapterDevice({ id, name: id, maxObjects: count });
  const names = Array.from({ length: count }, (_, index) => `Ring ${index}`);
  names.forEach((name, index) => {
    const pins = [
      wired('IN', KSNODETYPE.LINE_CONNECTOR, LINK_NAMES.IN),
      wired('OUT', KSNODETYPE.LINE_CONNECTOR, LINK_NAMES.OUT),
    ];
    const rows: [number, number, number, number][] = [
      [-1, 0, 0, 1],
      [0, 0, 1, 1],
      [1, 0, -1, 1],
    ];
    if (index === 0) {
      pins.push(streamPin('IN', [pcmRange()], 4));
      rows.push([-1, 2, 0, 2]);
    }
    if (index === count - 1 && withJack) {
      pins.push(jack('OUT', KSNODETYPE.SPEAKER));
      rows.push([1, 0, -1, pins.length - 1]);
    }
    installStreams(adapter, name, {
      pins,
      nodes: [sumNode('In'), volumeNode('Level')],
      connections: wires(...rows),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
    });
  });
  names.forEach((name, index) =>
    adapter.registerPhysicalConnection({
      fromSubdevice: name,
      fromPin: 1,
      toSubdevice: names[(index + 1) % count]!,
      toPin: 0,
    }),
  );
  return adapter;
}

const LINK_NAMES = {
  IN: guid('6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1EF0'),
  OUT: guid('6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1EF1'),
} as const;
