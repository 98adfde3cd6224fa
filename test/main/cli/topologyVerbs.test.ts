import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { propertyVerb } from '../../../src/main/cli/propertyVerb.ts';
import { runCommandLine } from '../../../src/main/cli/run.ts';
import { topologyVerb } from '../../../src/main/cli/topologyVerb.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { noAlsaHost } from '../../support/noAlsa.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'pinwheel-cli-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Runs a command line without a sound device; what it changes is there for the next one. */
async function pinwheel(
  ...argv: string[]
): Promise<{ code: number; out: string; err: string; json: unknown }> {
  const out: string[] = [];
  const err: string[] = [];
  let json: unknown;
  const code = await runCommandLine([topologyVerb, propertyVerb], argv, {
    out: {
      line: (text) => out.push(text),
      json: (value) => (json = JSON.parse(JSON.stringify(value))),
      progress: () => undefined,
      note: (text) => err.push(text),
    },
    engine: {
      paths: appPaths({ PINWHEEL_HOME: home }),
      hostFactory: () => {
        throw new Error('these commands need no sound');
      },
      midiHostFactory: () => {
        throw new Error('no MIDI is needed');
      },
      alsaHostFactory: noAlsaHost,
    },
    stop: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n'), json };
}

const LEVEL = ['TopologyRender', 'Synth Volume', 'VOLUMELEVEL'] as const;

describe('pinwheel topology', () => {
  it('shows adapters, filters, pins, nodes and wires', async () => {
    const { code, out } = await pinwheel('topology');
    expect(code).toBe(0);
    expect(out).toContain('Pinwheel card (soundCard)');
    expect(out).toMatch(/TopologyRender: Topology port, AUDIO TOPOLOGY/);
    expect(out).toMatch(/out Speakers, SPEAKER, jack/);
    expect(out).toMatch(/wired to soundCard\/TopologyRender pin 0/);
    expect(out).toMatch(/Synth Volume, VOLUME: VOLUMELEVEL/);
  });

  it('--json is the documented snapshot', async () => {
    const { json } = await pinwheel('topology', '--json');
    expect(json).toMatchObject({ version: 1, adapters: [{ id: 'soundCard' }] });
    expect(Object.keys(json as object)).toEqual([
      'version',
      'revision',
      'adapters',
      'filters',
      'connections',
    ]);
  });

  it('takes nothing else', async () => {
    expect((await pinwheel('topology', 'all')).code).toBe(2);
  });
});

describe('pinwheel property', () => {
  it('sets levels in dB, all channels or one, and tells what the node made of it', async () => {
    expect(await pinwheel('property', 'set', ...LEVEL, '-6.2dB')).toMatchObject({ code: 0, out: '-6.0 dB' });
    expect(
      (await pinwheel('property', 'set', 'soundCard/TopologyRender', '0', 'VOLUMELEVEL@1', '-9')).out,
    ).toBe('-9.0 dB');
    expect((await pinwheel('property', 'get', ...LEVEL)).out).toBe('-6.0 dB / -9.0 dB');
    expect((await pinwheel('property', 'get', ...LEVEL, '--channel', '1')).out).toBe('-9.0 dB');
    expect((await pinwheel('property', 'set', ...LEVEL, '-inf')).out).toBe('-96.0 dB');
    const { json } = await pinwheel('property', 'get', ...LEVEL, '--channel=0', '--json');
    expect(json).toEqual({
      property: 'KSPROPERTY_AUDIO_VOLUMELEVEL',
      status: 'STATUS_SUCCESS',
      value: -96 * 0x10000,
      unit: 'level',
    });
  });

  it('sets switches and reads pin factories and the filter', async () => {
    expect((await pinwheel('property', 'set', 'TopologyRender', 'Synth Mute', 'MUTE', 'on')).out).toBe('on');
    expect((await pinwheel('property', 'get', 'TopologyRender', 'synth mute', 'MUTE@0')).out).toBe('on');
    expect((await pinwheel('property', 'get', 'Wavetable', '-', 'PIN_DATAFLOW@1')).out).toBe('OUT');
    expect((await pinwheel('property', 'get', 'Wavetable', '-', 'CTYPES')).out).toBe('2');
  });

  it('describes what a node supports', async () => {
    const { out } = await pinwheel('property', 'support', ...LEVEL);
    expect(out).toContain('KSPROPERTY_AUDIO_VOLUMELEVEL: get and set');
    expect(out).toContain('channel 1: -96.0 dB to 12.0 dB, step 0.5 dB');
  });

  it.each([
    [['get', 'Nothing', '-', 'CTYPES'], 2, 'STATUS_NOT_FOUND'],
    [['get', 'TopologyRender', '99', 'VOLUMELEVEL'], 2, 'STATUS_INVALID_PARAMETER'],
    [['get', 'TopologyRender', 'Bass', 'VOLUMELEVEL'], 2, 'Its nodes: 0 Synth Volume'],
    [['get', 'TopologyRender', '0', 'MUTE'], 2, 'STATUS_NOT_FOUND'],
    [['get', 'TopologyRender', '0', 'LOUDLEVEL'], 2, 'STATUS_NOT_FOUND'],
    [['get', 'TopologyRender', '0', 'VOLUMELEVEL@2'], 2, 'STATUS_INVALID_PARAMETER'],
    [['get', 'TopologyRender', '-', 'CTYPES@1'], 2, 'has no channels'],
    [['get', 'Wavetable', '-', 'PIN_NAME@9'], 2, 'STATUS_INVALID_PARAMETER'],
    [['get', 'Wavetable', '-', 'PHYSICALCONNECTION@0'], 2, 'STATUS_NOT_FOUND'],
    [['set', 'Wavetable', '-', 'CTYPES', '3'], 2, 'STATUS_INVALID_DEVICE_REQUEST'],
    [['set', 'TopologyRender', '0', 'VOLUMELEVEL', 'loud'], 2, 'a level in dB'],
    [['set', 'TopologyRender', '1', 'MUTE', 'perhaps'], 2, 'on or off'],
    [['set', 'TopologyRender', '0', 'VOLUMELEVEL'], 2, 'takes a value'],
    [['get', 'TopologyRender', '0', 'VOLUMELEVEL', '5'], 2, 'takes no value'],
    [['get', 'TopologyRender', '0'], 2, 'takes a filter'],
    [['turn', 'TopologyRender', '0', 'MUTE'], 2, 'is not a command'],
    [['get', 'TopologyRender', '0', 'MUTE', '--loud'], 2, 'no option'],
  ])('%j ends with exit code %i and says %s', async (words, code, says) => {
    const answer = await pinwheel('property', ...words);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(says);
    expect(answer.out).toBe('');
  });
});
