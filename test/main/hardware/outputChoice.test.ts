import { describe, expect, it } from 'vitest';
import {
  chooseOutput,
  listOutputs,
  NO_DEVICE,
  NO_SERVER,
  type OutputSituation,
} from '../../../src/main/hardware/outputChoice.ts';
import { outputs, sink } from './serverScript.ts';

const speakers = sink('speakers', 'Speakers');
const headset = sink('headset', 'Headset', 96_000);
const situation = (changes: Partial<OutputSituation> = {}): OutputSituation => ({
  outputs: outputs([speakers, headset], 'headset'),
  serverSeen: true,
  pcmPlayback: true,
  pcms: [],
  pcmLabels: [],
  ...changes,
});
const gone = outputs([], undefined, false);

describe('chooseOutput', () => {
  it('takes the server’s default sink by name, at its own rate', () => {
    expect(chooseOutput('default', situation())).toEqual({
      request: { kind: 'sink', name: 'headset', sampleRate: 96_000 },
      key: 'sink:headset',
      label: 'Headset',
      outputId: 'sink:headset',
    });
  });

  it('takes any sink when the server names no default', () => {
    const choice = chooseOutput('default', situation({ outputs: outputs([speakers], undefined) }));
    expect(choice.outputId).toBe('sink:speakers');
  });

  it.each([8_000, 16_000, 384_000])('does not open at %d Hz', (rate) => {
    const { request } = chooseOutput('default', situation({ outputs: outputs([sink('s', 'S', rate)], 's') }));
    expect(request).toMatchObject({ sampleRate: 48_000 });
  });

  it.each<[string, string, Partial<OutputSituation>, string]>([
    ['the null device is selected', 'null', {}, 'The null device is selected.'],
    ['the server has no sink', 'default', { outputs: outputs([], undefined) }, NO_DEVICE],
    [
      'there is only the server’s dummy',
      'default',
      { outputs: outputs([sink('auto_null', 'Dummy')], 'auto_null') },
      NO_DEVICE,
    ],
    ['the selected sink is not there', 'sink:dock', {}, 'The selected output “dock” is not connected.'],
    ['the server of the selected sink is away', 'sink:speakers', { outputs: gone }, NO_SERVER],
    ['the server that was there is away', 'default', { outputs: gone }, NO_SERVER],
    [
      'there is no server and no PCM',
      'default',
      { outputs: gone, serverSeen: false, pcmPlayback: false },
      NO_DEVICE,
    ],
    [
      'nothing is looked at',
      'default',
      { outputs: undefined, serverSeen: false, pcmPlayback: false },
      NO_DEVICE,
    ],
  ])('is the null device when %s', (_, selection, changes, reason) => {
    expect(chooseOutput(selection, situation(changes))).toMatchObject({
      request: { kind: 'null', reason },
      key: 'null',
      outputId: 'null',
    });
  });

  it('opens a PCM where no server ever ran', () => {
    const { request } = chooseOutput('default', situation({ outputs: gone, serverSeen: false }));
    expect(request).toEqual({ kind: 'pcm' });
  });

  it('opens the PCM of ALSA’s name, as soon as it is there', () => {
    const usb = { name: 'hw:CARD=Device,DEV=0', label: 'USB Audio Device, USB Audio' };
    const alone = { outputs: gone, serverSeen: false };
    expect(chooseOutput('alsa:hw:CARD=Device,DEV=0', situation({ ...alone, pcms: [usb] }))).toEqual({
      request: { kind: 'pcm', name: 'hw:CARD=Device,DEV=0' },
      key: 'alsa:hw:CARD=Device,DEV=0',
      label: 'USB Audio Device, USB Audio',
      outputId: 'alsa:hw:CARD=Device,DEV=0',
    });
    expect(chooseOutput('alsa:hw:CARD=Device,DEV=0', situation(alone)).request).toEqual({
      kind: 'null',
      reason: 'The selected output “hw:CARD=Device,DEV=0” is not connected.',
    });
  });

  it('opens the selected PCM whatever the server does', () => {
    const { request } = chooseOutput('alsa:HDA Intel', situation());
    expect(request).toEqual({ kind: 'pcm', label: 'HDA Intel' });
  });
});

describe('listOutputs', () => {
  it('lists default, sinks and the null device', () => {
    const list = listOutputs('default', 'sink:headset', situation());
    expect(
      list.outputs.map(({ id, label, isDefault, available }) => [id, label, isDefault, available]),
    ).toEqual([
      ['default', 'System default (Headset)', false, true],
      ['sink:speakers', 'Speakers', false, true],
      ['sink:headset', 'Headset', true, true],
      ['null', 'Null device', false, true],
    ]);
    expect(list.selectedOutput).toBe('default');
    expect(list.openOutput).toBe('sink:headset');
  });

  it('takes the first of the preferred outputs that is there, the default only where it is among them', () => {
    const preferred = ['sink:dock', 'alsa:hw:CARD=AC97,DEV=0', 'sink:speakers', 'default'];
    const chosen = (changes: Partial<OutputSituation>) =>
      chooseOutput('preferred', situation({ preferred, ...changes }));
    expect(chosen({})).toMatchObject({ outputId: 'sink:speakers', label: 'Speakers' });
    expect(chosen({ outputs: outputs([speakers, sink('dock', 'Dock')], 'speakers') }).outputId).toBe(
      'sink:dock',
    );
    expect(chosen({ outputs: outputs([headset], 'headset') }).outputId).toBe('sink:headset');
    expect(chosen({ outputs: gone, serverSeen: true }).request).toEqual({
      kind: 'null',
      reason: 'None of the preferred outputs is connected.',
    });
    const pcms = [{ name: 'hw:CARD=AC97,DEV=0', label: 'AC97' }];
    expect(chosen({ outputs: gone, serverSeen: false, pcms }).outputId).toBe('alsa:hw:CARD=AC97,DEV=0');
    expect(chosen({ outputs: outputs([headset], 'headset'), preferred: ['sink:dock'] }).outputId).toBe(
      'null',
    );
  });

  it('lists the preferred output where there is a list, with what it is at the moment', () => {
    const list = (preferred: string[]) => listOutputs('default', '', situation({ preferred })).outputs;
    expect(list([]).map(({ kind }) => kind)).toEqual(['default', 'sink', 'sink', 'null']);
    expect(list(['sink:dock', 'sink:speakers'])[1]).toMatchObject({
      id: 'preferred',
      label: 'Preferred (Speakers)',
      available: true,
    });
    expect(list(['sink:dock'])[1]).toMatchObject({ label: 'Preferred', available: false });
  });

  it('lists PCMs where there is no server', () => {
    const list = listOutputs(
      'default',
      'default',
      situation({ outputs: gone, serverSeen: false, pcmLabels: ['HDA'] }),
    );
    expect(list.outputs.map(({ id, kind }) => [id, kind])).toEqual([
      ['default', 'default'],
      ['alsa:HDA', 'alsa'],
      ['null', 'null'],
    ]);
  });

  it('lists ALSA’s PCMs by their names, of which there are no two', () => {
    const pcms = [{ name: 'hw:CARD=PCH,DEV=3', label: 'HDA Intel PCH, HDMI 0' }];
    const alone = situation({ outputs: gone, serverSeen: false, pcms, pcmLabels: ['HDA', 'HDA'] });
    expect(listOutputs('default', 'default', alone).outputs.map(({ id, label }) => [id, label])).toEqual([
      ['default', 'System default'],
      ['alsa:hw:CARD=PCH,DEV=3', 'HDA Intel PCH, HDMI 0'],
      ['null', 'Null device'],
    ]);
  });

  it('lists a selected output that is not there as unavailable', () => {
    const list = listOutputs('sink:dock', 'null', situation());
    expect(list.outputs).toContainEqual({
      id: 'sink:dock',
      label: 'dock',
      kind: 'sink',
      isDefault: false,
      available: false,
    });
  });
});
