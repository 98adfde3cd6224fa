import type { DevicePort } from '../../../src/main/hardware/soundServer/records.ts';
import { simulatedDevice, type SimulatedCard } from './serverRecords.ts';

const port = (
  name: string,
  description: string,
  type: DevicePort['type'],
  available: DevicePort['available'],
): DevicePort => ({ name, description, type, available, priority: 100 });

/** A laptop's sound: speakers that are always there, a headphone jack, HDMI with another profile, a microphone jack. */
export function laptop(): SimulatedCard {
  return {
    name: 'card.pci',
    description: 'Built-in Audio',
    activeProfile: 'analog',
    profiles: [
      {
        name: 'analog',
        description: 'Analog Stereo',
        priority: 2,
        available: true,
        sinks: ['out.analog'],
        sources: ['in.analog'],
      },
      {
        name: 'hdmi',
        description: 'Digital Surround',
        priority: 1,
        available: false,
        sinks: ['out.hdmi'],
        sources: [],
      },
      { name: 'off', description: 'Off', priority: 0, available: true, sinks: [], sources: [] },
    ],
    sinks: [
      simulatedDevice('out.analog', {
        description: 'Built-in Audio Analog Stereo',
        latency: 42_000n,
        ports: [
          port('speaker', 'Speakers', 'speaker', 'unknown'),
          port('headphones', 'Headphones', 'headphones', 'no'),
        ],
        activePort: 'speaker',
      }),
      simulatedDevice('out.hdmi', {
        description: 'Built-in Audio Digital Surround',
        sampleSpec: { format: 's32le', channels: 6, rate: 96_000 },
        channelMap: ['front-left', 'front-right', 'rear-left', 'rear-right', 'front-center', 'lfe'],
        volume: Array.from({ length: 6 }, () => 0x8000),
        ports: [port('hdmi', 'HDMI', 'hdmi', 'yes')],
        activePort: 'hdmi',
      }),
    ],
    sources: [
      simulatedDevice('in.analog', {
        description: 'Built-in Audio Analog Stereo',
        ports: [port('mic', 'Microphone', 'mic', 'no'), port('line', 'Line In', 'line', 'yes')],
        activePort: 'mic',
      }),
    ],
  };
}
