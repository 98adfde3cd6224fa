import { readFileSync } from 'node:fs';
import path from 'node:path';
import { builtInBank } from '../banks/builtInBank.ts';
import { readCollection } from '../synth/collections/readCollection.ts';
import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { SynthControl } from '../synth/synthControl.ts';
import { SynthDevice } from '../synth/synthDevice.ts';
import { FmStreams } from './fmStreams.ts';
import type { RenderStream, RenderStreamFactory, RenderStreamRequest } from './renderStream.ts';

/** What PORTPARAMETERS may raise a client's voices to. */
const MOST_VOICES = 1024;

/**
 * DirectMusic streams: DMUS_EVENTHEADER records, played by the synthesizer behind the card's input. Those of the
 * wavetable synthesizer play the collections of one device, which is made once.
 */
export function createDmusStreams(): RenderStreamFactory {
  let device: SynthDevice | undefined;
  const prepared = (): SynthDevice => {
    if (device === undefined) {
      const file = builtInBank();
      device = new SynthDevice();
      device.setCollections([readCollection(path.basename(file), new Uint8Array(readFileSync(file)))]);
    }
    return device;
  };
  const fm = new FmStreams();
  const create = (request: RenderStreamRequest): RenderStream => {
    if (request.synth.kind === 'fm') return fm.open(request, request.synth);
    const { sampleRate, maxBlockFrames, onUnloaded } = request;
    const { memory } = prepared();
    const synth = prepared().open({ sampleRate, mostVoices: MOST_VOICES });
    const control = new SynthControl(memory, synth, onUnloaded ?? (() => undefined));
    return new DmusRenderStream({ sampleRate, maxBlockFrames, synth, control });
  };
  return Object.assign(create, { prepare: () => void prepared() });
}
