/** Entry of the ALSA host's process. */
import { openAlsa } from './alsa/alsaBackend.ts';
import { runAlsaHost } from './alsa/alsaHostProcess.ts';

runAlsaHost(openAlsa);
