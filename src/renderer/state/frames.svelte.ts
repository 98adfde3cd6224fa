/** Takes the binary frames of the connection to the meters and to the player; off while nobody looks. */
import { decodeFrame } from '../../contract/frames.ts';
import type { Connection } from '../../contract/rpc/client.ts';
import type { Disposable } from '../../contract/disposable.ts';
import type { MeterLoop } from '../components/meter/meterLoop.ts';
import type { Link } from './link.svelte.ts';
import type { PlayerStore } from './player.svelte.ts';

export function routeFrames(link: Link, meters: MeterLoop, player: PlayerStore): void {
  let connection: Connection | undefined;
  let listening: Disposable | undefined;

  const update = () => {
    const wanted = connection !== undefined && document.visibilityState === 'visible';
    if (wanted === (listening !== undefined)) return;
    if (!wanted) {
      listening?.dispose();
      listening = undefined;
      return;
    }
    listening = connection?.onFrame((bytes) => {
      const frame = decodeFrame(bytes);
      if (frame?.kind === 'peaks') for (const { meter, peaks } of frame.meters) meters.feed(meter, peaks);
      else if (frame?.kind === 'position') player.moveTo(frame.seconds);
      else if (frame?.kind === 'channels') player.sound(frame.velocities);
    });
  };

  document.addEventListener('visibilitychange', update);
  link.attach((next, subscriptions) => {
    connection = next;
    update();
    subscriptions.add({
      dispose() {
        listening?.dispose();
        listening = undefined;
        connection = undefined;
      },
    });
  });
}
