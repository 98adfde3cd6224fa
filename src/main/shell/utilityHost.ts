import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import { unpacked } from '../../contract/unpacked.ts';
import { utilityProcessHost } from '../hardware/hostProcess.ts';
import type { HostFactory } from '../hardware/hostPort.ts';
import type { HostCommand, HostEvent } from '../../contract/hardware.ts';

/** A device host as a utility process: under Electron only that can run Node apart from main. */
export function utilityHostFactory<Command = HostCommand, Report = HostEvent>(
  entry: URL,
  serviceName: string,
): HostFactory<Command, Report> {
  return () =>
    utilityProcessHost(
      utilityProcess.fork(unpacked(fileURLToPath(entry)), [], {
        serviceName,
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    );
}
