import { describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { buildEndpoints, defaultEndpoint } from '../../../../src/main/engine/sysaudio/endpoints.ts';
import { defaultMidiPlayback } from '../../../../src/main/engine/sysaudio/midiPlayback.ts';
import type { AudioGraph } from '../../../../src/main/engine/sysaudio/audioGraph.ts';
import {
  installCapturePart,
  installExampleAdapter,
  removeCapturePart,
} from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { MIDI_FORMAT, MIDI_OUT_PIN } from '../../../fixtures/exampleAdapter/midi.ts';
import { NONPCM_OUT_PIN, PCM_IN_PIN, PCM_OUT_PIN } from '../../../fixtures/exampleAdapter/wave.ts';
import { testPortCls } from '../../../support/testFilters.ts';
import { AC3, hostPin, statusOf } from './support.ts';

/** SysAudio over the specification's example, with the real port drivers. Specification 5, 9. */

const FORMAT = pcmFormat(2, 44_100, 16);
const endsOf = ({ path }: AudioGraph): string =>
  [path[0]!, path.at(-1)!]
    .map((vertex) => (vertex.kind === 'pin' ? `${vertex.subdevice.name}.${vertex.pinId}` : 'a node'))
    .join(' .. ');

describe.each(['cyclic', 'pci', 'rt'] as const)('the example over the %s wave port', (wavePort) => {
  function example(partitioned = false) {
    const portCls = testPortCls();
    const parts = installExampleAdapter(portCls, { wavePort, partitioned });
    const sysAudio = new SysAudio(portCls);
    const open = (pinId: number, format = FORMAT) =>
      sysAudio.openPin({ host: hostPin(sysAudio, parts.wave, pinId), format });
    return { portCls, sysAudio, open, ...parts };
  }

  it('plays to the speakers, records from the nearest jack, passes AC-3 to S/PDIF', () => {
    const { open } = example();
    expect(endsOf(open(PCM_OUT_PIN))).toBe('Wave.0 .. Topology.4');
    expect(endsOf(open(PCM_IN_PIN))).toBe('Wave.2 .. Topology.2');
    const ac3 = open(NONPCM_OUT_PIN, AC3);
    expect(endsOf(ac3)).toBe('Wave.4 .. Wave.5');
    expect(ac3.shared).toBeUndefined();
  });

  it('63: refuses PCM on the non-PCM pin', () => {
    expect(statusOf(() => example().open(NONPCM_OUT_PIN))).toBe('STATUS_NO_MATCH');
  });

  it('shares the single PCM instance among clients and gives it back', () => {
    const { open, wave } = example();
    const clients = [open(PCM_OUT_PIN), open(PCM_OUT_PIN, pcmFormat(1, 8_000, 8))];
    expect(wave.filter.counts(PCM_OUT_PIN).filterCurrent).toBe(1);
    for (const client of clients) client.setState('RUN');
    expect(wave.openPins[0]!.state).toBe('RUN');
    for (const client of clients) client.dispose();
    expect(wave.openPins).toEqual([]);
  });

  it('ends recording when the capture part goes, and only that; finds it again when it is back', () => {
    const parts = example(true);
    const { open, portCls, sysAudio } = parts;
    const playing = open(PCM_OUT_PIN);
    const recording = open(PCM_IN_PIN);
    playing.setState('RUN');
    recording.setState('RUN');
    expect(endsOf(recording)).toBe('Wave.2 .. TopologyCapture.0');
    removeCapturePart(parts as never);
    expect([playing.state, recording.state]).toEqual(['RUN', 'STOP']);
    expect(statusOf(() => recording.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
    recording.dispose();
    installCapturePart(portCls, parts as never);
    expect(endsOf(open(PCM_IN_PIN))).toBe('Wave.2 .. TopologyCapture.0');
    expect(sysAudio.devices).toHaveLength(1);
  });

  it('chooses the hardware wavetable for MIDI, and plays on it directly', () => {
    const { sysAudio, midi } = example();
    const chosen = defaultMidiPlayback(sysAudio.graph)!;
    expect([chosen.host.subdevice, chosen.host.pinId, chosen.hardware]).toEqual([midi, MIDI_OUT_PIN, true]);
    const graph = sysAudio.openPin({ host: chosen.host, format: MIDI_FORMAT });
    expect(endsOf(graph)).toBe('Wavetable.0 .. Topology.4');
    expect(graph.pin.filter).toBe(midi.filter);
  });

  it('has four endpoints, Speakers and Microphone by default', () => {
    const endpoints = buildEndpoints(example().sysAudio.graph);
    expect(endpoints.map(({ name, state }) => [name, state])).toEqual([
      ['Microphone', 'active'],
      ['Aux', 'active'],
      ['Speakers', 'active'],
      ['S/PDIF', 'active'],
    ]);
    expect(defaultEndpoint(endpoints, 'render')!.name).toBe('Speakers');
    expect(defaultEndpoint(endpoints, 'capture')!.name).toBe('Microphone');
    expect(endpoints[0]!.exclusiveWith).toEqual(['example/Topology/3']);
  });
});
