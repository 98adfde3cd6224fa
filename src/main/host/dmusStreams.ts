import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { Limiter } from '../synth/effects/limiter.ts';
import { SynthControl } from '../synth/synthControl.ts';
import { FmStreams } from './fmStreams.ts';
import { HostBanks } from './hostBanks.ts';
import type { RenderStream, RenderStreamFactory, RenderStreamRequest } from './renderStream.ts';

/** What PORTPARAMETERS may raise a client's voices to. */
const MOST_VOICES = 1024;

/** The streams of the card: DMUS_EVENTHEADER records, played by the synthesizer that is asked for. */
export function createDmusStreams(): RenderStreamFactory {
  const fm = new FmStreams();
  let banks: HostBanks | undefined;
  const prepared = (): HostBanks => (banks ??= new HostBanks());
  const create = (request: RenderStreamRequest): RenderStream => {
    switch (request.synth.kind) {
      case 'wavetable':
        return wavetableStream(prepared(), request, request.synth.limiter ?? false);
      case 'fm':
        return fm.open(request, request.synth);
    }
  };
  return Object.assign(create, {
    prepare: () => void prepared(),
    loadBank: (...request: Parameters<HostBanks['load']>) => void prepared().load(...request),
    cancelBank: () => banks?.cancel(),
    dispose: () => banks?.dispose(),
  });
}

function wavetableStream(
  { device }: HostBanks,
  request: RenderStreamRequest,
  limited: boolean,
): RenderStream {
  const { sampleRate, maxBlockFrames, onUnloaded } = request;
  const synth = device.open({ sampleRate, mostVoices: MOST_VOICES });
  const control = new SynthControl(device.memory, synth, onUnloaded ?? (() => undefined));
  const limiter = limited ? new Limiter(sampleRate) : undefined;
  return new DmusRenderStream({ sampleRate, maxBlockFrames, synth, control, limiter });
}
