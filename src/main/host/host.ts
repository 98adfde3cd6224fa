/** Entry of the device host's process, and of its render thread. */
import { runDeviceHost } from './deviceHost.ts';
import { createDmusStream } from './dmusStreams.ts';

runDeviceHost(import.meta.url, createDmusStream);
