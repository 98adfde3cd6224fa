import { Emitter } from '../../contract/emitter.ts';
import type { HostCommand, HostEvent } from '../../contract/hardware.ts';
import { CardRenderer } from './cardRenderer.ts';
import { createDmusStreams } from './dmusStreams.ts';
import { Progress } from './progress.ts';
import type { RenderStreamFactory } from './renderStream.ts';

/**
 * A device host inside the calling process, for tests: the same renderer on the null device, without a process, a
 * thread or a watchdog. Has the shape of hardware/hostPort.ts.
 */
export function createInProcessHost(createStream: RenderStreamFactory = createDmusStreams()) {
  const events = new Emitter<HostEvent>();
  const exits = new Emitter<{ code: number | null; signal: string | null; stderrTail: string }>();
  let over = false;
  const end = (code: number | null, signal: string | null): void => {
    if (over) return;
    over = true;
    renderer.dispose();
    setImmediate(() => exits.fire({ code, signal, stderrTail: '' }));
  };
  const renderer = new CardRenderer(
    // As from another process, nothing is heard within the call that caused it.
    (event) => setImmediate(() => !over && events.fire(event)),
    new Progress(),
    createStream,
  );
  return {
    pid: undefined,
    onEvent: events.event,
    onExit: exits.event,
    send(command: HostCommand): void {
      if (over) return;
      if (command.type === 'open' && command.output.kind !== 'null') {
        const message = 'There is only the null device in this process.';
        setImmediate(() => !over && events.fire({ type: 'openFailed', code: 'no-device', message }));
        return;
      }
      // What crosses processes is copied; a test must notice when somebody relies on sharing.
      const copy = structuredClone(command);
      void renderer.handle(copy).then(() => {
        if (copy.type === 'close') end(0, null);
      });
    },
    kill(): void {
      end(null, 'SIGKILL');
    },
  };
}
