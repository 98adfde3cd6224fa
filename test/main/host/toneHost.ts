/** Entry of a device host whose streams are sines. */
import { runDeviceHost } from '../../../src/main/host/deviceHost.ts';
import { createToneStream } from './toneStream.ts';

runDeviceHost(import.meta.url, () => Promise.resolve(createToneStream));
