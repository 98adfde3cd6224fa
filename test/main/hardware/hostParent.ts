/** A process that starts a device host, tells its process id when it runs, and waits to be killed. */
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { openOnNull } from '../host/hostEvents.ts';

const host = spawnHost({ entry: new URL(process.argv[2]!) });
host.onEvent((event) => {
  if (event.type === 'opened') process.send?.(host.pid);
});
host.send(openOnNull());
