/** Entry of a device host whose streams are clients of wave ports. */
import { runDeviceHost } from '../../../src/main/host/deviceHost.ts';
import { createPortStream } from './portStream.ts';

runDeviceHost(import.meta.url, () => Promise.resolve(createPortStream));
