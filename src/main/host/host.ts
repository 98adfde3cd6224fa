/** Entry of the device host's process, and of its render thread. */
import { runDeviceHost } from './deviceHost.ts';

runDeviceHost(import.meta.url, async () => (await import('./dmusStreams.ts')).createDmusStreams());
