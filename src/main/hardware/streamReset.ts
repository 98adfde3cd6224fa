import { processIdOf, type SoundServerClient } from './soundServer/index.ts';

/** The requests to the sound server that a reset takes. */
export type StreamRequests = Pick<
  SoundServerClient,
  'sinkInputs' | 'setSinkInputVolume' | 'setSinkInputMute'
>;

const ATTEMPTS = 10;
const PAUSE_MS = 50;

/**
 * Sets the playback streams of a process to 100 % and unmutes them: the server gives a new stream what it remembers
 * of earlier ones, but the card's volume is the card's. Waits up to half a second for the first stream.
 *
 * @throws PinwheelError of the request that failed.
 */
export async function resetStreams(requests: StreamRequests, processId: number): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const streams = (await requests.sinkInputs()).filter((stream) => processIdOf(stream) === processId);
    for (const { index, volume, mute } of streams) {
      if (volume.some((gain) => gain !== 1))
        await requests.setSinkInputVolume(
          index,
          volume.map(() => 1),
        );
      if (mute) await requests.setSinkInputMute(index, false);
    }
    if (streams.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
