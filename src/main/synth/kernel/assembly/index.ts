/** Entry of the kernel: what the synthesizer calls. Memory comes from outside. */
import { chorus } from './chorus.ts';
import { clearMix, sumMix } from './mix.ts';
import { reverb } from './reverb.ts';
import { renderVoices } from './voices.ts';

export { chorus, clearMix, renderVoices, reverb, sumMix };
