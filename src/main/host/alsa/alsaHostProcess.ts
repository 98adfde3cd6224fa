import type { AlsaHostCommand, AlsaHostEvent } from '../../../contract/alsaHardware.ts';
import { parentChannel } from '../hostChannel.ts';
import { AlsaHost } from './alsaHost.ts';
import type { OpenAlsaBackend } from './backend.ts';

const ALIVE_INTERVAL_MS = 500;
/** After `close` everything is closed in this time, or the process ends without. */
const CLOSE_LIMIT_MS = 300;

/** Runs the ALSA host: to be called by the entry file of its process. */
export function runAlsaHost(openBackend: OpenAlsaBackend): void {
  const channel = parentChannel<AlsaHostCommand, AlsaHostEvent>();
  // Nothing gentler is sure to end a process whose library hangs or waits.
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  channel.onDisconnect(die);
  // Keys pressed in the terminal reach the whole process group; main decides when this process ends.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

  const host = new AlsaHost({ openBackend, report: channel.send });
  const close = async (): Promise<void> => {
    setTimeout(die, CLOSE_LIMIT_MS);
    await host.dispose();
    process.exit(0);
  };
  channel.onCommand((command) => {
    if (command.type === 'close') void close();
    else if (command.type === 'start') {
      host.start();
      setInterval(() => channel.send({ type: 'alive' }), ALIVE_INTERVAL_MS);
    } else host.handle(command);
  });
}
