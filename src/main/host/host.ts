/** Entry of the device host's process, and of its render thread. */
import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { runDeviceHost } from './deviceHost.ts';

runDeviceHost(import.meta.url, (request) => new DmusRenderStream(request));
