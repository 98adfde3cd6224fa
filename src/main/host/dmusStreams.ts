import type { DevicePower } from '../../contract/services/topology.ts';
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
  let isAwake = true;
  const letGo = (): void => {
    if (isAwake || banks?.device.inUse) return;
    banks?.dispose();
    banks = undefined;
  };
  const prepared = (): HostBanks => {
    if (banks) return banks;
    banks = new HostBanks(letGo);
    if (isAwake) banks.readBuiltIn();
    return banks;
  };
  const wakeUp = async (): Promise<void> => {
    isAwake = true;
    if (banks) return;
    banks = new HostBanks(letGo);
    await banks.loadBuiltIn();
  };
  const create = (request: RenderStreamRequest): RenderStream => {
    switch (request.synth.kind) {
      case 'wavetable':
        return wavetableStream(prepared(), request, request.synth.limiter ?? false);
      case 'fm':
        return fm.open(request, request.synth);
    }
  };
  return Object.assign(create, {
    prepare: () => void (isAwake && prepared()),
    // The library of the FM synthesizer goes with its last stream.
    setPower: (part: 'wavetable' | 'fm', state: DevicePower) => {
      if (part !== 'wavetable') return undefined;
      if (state === 'D0') return wakeUp();
      isAwake = state !== 'D3';
      return letGo();
    },
    loadBank: (...request: Parameters<HostBanks['load']>) => void prepared().load(...request),
    cancelBank: () => banks?.cancel(),
    memoryBytes: () => ({
      wavetable: banks?.device.memory.memory.buffer.byteLength ?? 0,
      fm: fm.memoryBytes,
    }),
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
