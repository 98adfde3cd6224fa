import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decibelsToKsLevel, referenceTime } from '../../../../src/contract/units.ts';
import { cardDescription } from '../../../../src/main/adapters/soundCard/cardLayout.ts';
import { ANALOG_RANGE, KSDATAFORMAT_SUBTYPE } from '../../../../src/main/engine/ks/format.ts';
import { KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { ALL_CHANNELS } from '../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../../../src/main/engine/ks/properties/audio.ts';
import { EventRecordWriter } from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { MidiClient } from '../../../../src/main/engine/wdmaud/midiClient.ts';
import { MixerDevice } from '../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { nullCard } from '../../../support/nullCard.ts';

describe('the sound card', () => {
  let card: ReturnType<typeof nullCard>;
  beforeEach(() => {
    card = nullCard();
  });
  afterEach(() => card.dispose());

  const mixer = () => new MixerDevice(card.card.adapter, card.portCls, () => 0);

  it('is there before an output was opened', () => {
    expect(card.portCls.adapters.map((adapter) => adapter.name)).toEqual(['Pinwheel card']);
    expect(card.card.adapter.subdevices.map((subdevice) => subdevice.name)).toEqual([
      'TopologyRender',
      'Wavetable',
      'FmSynth',
      'Wave',
      'TopologyCapture',
      'WaveCapture',
    ]);
    expect(card.hosts).toHaveLength(0);
  });

  it('gives the speakers a master volume, mute and meter, and the synths, waves and the monitor as sources', () => {
    const [speakers, ...others] = mixer().destinations;
    expect(others.map(({ name, component }) => `${name}: ${component}`)).toEqual([
      'S/PDIF: DST_SPEAKERS',
      'Recording: DST_WAVEIN',
    ]);
    expect(speakers).toMatchObject({ name: 'Speakers', component: 'DST_SPEAKERS', target: 'WAVEOUT' });
    expect(speakers!.controls.map((control) => control.type).sort()).toEqual(['MUTE', 'PEAKMETER', 'VOLUME']);
    expect(
      speakers!.sources.map(({ name, component, target }) => `${name}: ${component}, ${target}`),
    ).toEqual([
      'Synth: SRC_SYNTHESIZER, MIDIOUT',
      'FM Synth: SRC_SYNTHESIZER, MIDIOUT',
      'Wave: SRC_WAVEOUT, WAVEOUT',
      'Monitor: SRC_MICROPHONE, WAVEIN',
    ]);
    for (const source of speakers!.sources) {
      expect(source.controls.map((control) => control.type).sort()).toEqual(['MUTE', 'PEAKMETER', 'VOLUME']);
    }
  });

  it('101: has a destination of its own for coded sound, without controls', () => {
    const [, spdif] = mixer().destinations;
    expect(spdif).toMatchObject({
      name: 'S/PDIF',
      component: 'DST_SPEAKERS',
      target: 'WAVEOUT',
      controls: [],
    });
    expect(spdif!.sources).toMatchObject([
      { name: 'Non-PCM Out', component: 'SRC_WAVEOUT', target: 'WAVEOUT', controls: [] },
    ]);
  });

  it('has digital wires and one converter behind the sum in its other layout, and the same mixer lines', async () => {
    const lines = () =>
      JSON.parse(
        JSON.stringify(mixer().destinations, (key, value: unknown) => (key === 'node' ? undefined : value)),
      ) as unknown;
    const render = () => card.card.adapter.subdevices.filter(({ name }) => !name.includes('Capture'));
    const nodes = () =>
      Object.fromEntries(
        render().map(({ name, filter }) => [
          name,
          filter.descriptor.nodes.filter(({ type }) => type === KSNODETYPE.DAC).length,
        ]),
      );
    const wires = () =>
      render().flatMap(({ filter }) =>
        filter.descriptor.pins.filter(({ communication }) => communication === 'NONE'),
      );
    await card.start();
    const analog = lines();
    expect(nodes()).toEqual({ TopologyRender: 0, Wavetable: 0, FmSynth: 0, Wave: 1 });
    expect(wires().map(({ dataRanges }) => dataRanges)).toEqual(Array(7).fill([ANALOG_RANGE]));

    const laidOut = new Promise((resolve) => card.hardware.onArrived(resolve));
    card.hardware.setCard(cardDescription('digital'));
    await laidOut;
    await Promise.resolve();
    expect(lines()).toEqual(analog);
    expect(nodes()).toEqual({ TopologyRender: 1, Wavetable: 0, FmSynth: 0, Wave: 0 });
    for (const { dataRanges } of wires()) {
      expect(dataRanges).toHaveLength(1);
      expect(dataRanges[0]!.subFormat).toBe(KSDATAFORMAT_SUBTYPE.PCM);
    }
    const { nodes: chain, connections } = card.card.adapter.subdevice('TopologyRender')!.filter.descriptor;
    const afterSum: unknown[] = [];
    let at = chain.findIndex(({ type }) => type === KSNODETYPE.SUM);
    while (chain[at]) {
      afterSum.push(chain[at]!.type);
      at = connections.find(({ fromNode }) => fromNode === at)!.toNode;
    }
    const { SUM, VOLUME, MUTE, DAC, PEAKMETER } = KSNODETYPE;
    expect(afterSum).toEqual([SUM, VOLUME, MUTE, DAC, PEAKMETER]);
  });

  it('keeps its levels, line ids and control ids over the loss of the hardware', async () => {
    await card.start();
    const device = mixer();
    const volume = device.destinations[0]!.controls.find((control) => control.type === 'VOLUME')!;
    device.setControl(volume.id, { levels: [decibelsToKsLevel(-9)] });
    const before = structuredClone(device.destinations);

    const gone = new Promise((resolve) => card.hardware.onRemoved(resolve));
    const back = new Promise((resolve) => card.hardware.onArrived(resolve));
    card.hosts[0]!.kill();
    await gone;
    expect(card.card.adapter.subdevices).toHaveLength(0);
    await back;
    await Promise.resolve();
    expect(device.destinations).toEqual(before);
    expect(card.hosts).toHaveLength(2);
  });

  it('ends the pins that were open when the hardware is lost', async () => {
    await card.start();
    const client = MidiClient.openSynthesizer(card.portCls);
    client.setState('RUN');
    const removed = new Promise((resolve) => client.onRemoved(resolve));
    card.hosts[0]!.kill();
    await removed;
    expect(() => client.setState('RUN')).toThrow('gone');
    client.dispose();
  });

  it('lets go of its device for a rebalance and takes it again, with its levels and line ids', async () => {
    await card.start();
    const device = mixer();
    const volume = device.destinations[0]!.controls.find((control) => control.type === 'VOLUME')!;
    device.setControl(volume.id, { levels: [decibelsToKsLevel(-9)] });
    const before = structuredClone(device.destinations);
    const client = MidiClient.openSynthesizer(card.portCls);
    client.setState('RUN');
    const removed = new Promise((resolve) => client.onRemoved(resolve));
    const back = new Promise((resolve) => card.hardware.onArrived(resolve));
    const { pnp } = card.card.adapter;
    pnp.queryStop();
    expect(() => MidiClient.openSynthesizer(card.portCls)).toThrow('about to stop');
    pnp.stop();
    expect([card.card.adapter.subdevices, card.hardware.present]).toEqual([[], false]);
    await removed;
    await back;
    await Promise.resolve();
    expect(device.destinations).toEqual(before);
    expect(card.hosts).toHaveLength(2);
    expect(() => client.setState('RUN')).toThrow('gone');
    client.dispose();
    MidiClient.openSynthesizer(card.portCls).dispose();
  });

  it('starts anew at once after a rebalance while no output is open', () => {
    card.card.adapter.pnp.queryStop();
    card.card.adapter.pnp.stop();
    expect(card.card.adapter.subdevices).toHaveLength(6);
    expect(card.hosts).toHaveLength(0);
  });

  it('lets a note that is closed while it sounds fade out', async () => {
    await card.start();
    const device = mixer();
    const meter = device.destinations[0]!.controls.find((control) => control.type === 'PEAKMETER')!;
    const peaks: number[] = [];
    const client = MidiClient.openSynthesizer(card.portCls);
    const noteOn = new EventRecordWriter()
      .begin(referenceTime(0))
      .append(referenceTime(0), new Uint8Array([0x90, 69, 100]));
    client.setState('PAUSE');
    client.write(referenceTime(0), noteOn.take());
    client.setState('RUN');
    while (!(peaks[0]! > 0.01)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      device.readPeaks(meter.id, peaks);
    }
    client.dispose();
    while (peaks[0] !== 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      device.readPeaks(meter.id, peaks);
    }
    expect(card.card.adapter.subdevice('Wavetable')!.filter.openPins).toHaveLength(0);
  });

  it('tells every listener of a level that somebody else sets on the node', () => {
    const device = mixer();
    const changes: unknown[] = [];
    device.onControl((control) => changes.push(control));
    const filter = card.card.adapter.subdevice('TopologyRender')!.filter;
    const volume = device.destinations[0]!.controls.find((control) => control.type === 'VOLUME')!;
    filter.set(
      KSPROPERTY_AUDIO.VOLUMELEVEL,
      { channel: ALL_CHANNELS },
      decibelsToKsLevel(-20.2),
      volume.node.node,
    );
    expect(changes).toEqual([{ ...volume, levels: [decibelsToKsLevel(-20), decibelsToKsLevel(-20)] }]);
  });
});
