/** Entry of the device host's process, and of its render thread. */
import { runDeviceHost } from './deviceHost.ts';
import { createDmusStreams } from './dmusStreams.ts';

runDeviceHost(import.meta.url, createDmusStreams());
