import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import { utilityProcessHost } from '../hardware/hostProcess.ts';
import type { HostFactory } from '../hardware/hostPort.ts';

/** The device host as a utility process: under Electron only that can run Node apart from main. */
export function utilityHostFactory(entry: URL): HostFactory {
  return () =>
    utilityProcessHost(
      utilityProcess.fork(fileURLToPath(entry), [], {
        serviceName: 'Pinwheel device host',
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    );
}
