import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FM_BANKS } from '../../../../src/contract/fmSynth.ts';
import { loadAdlMidi } from '../../../../src/main/synth/fm/adlMidi.ts';
import { FmSynth } from '../../../../src/main/synth/fm/fmSynth.ts';
import { fuzz } from '../../../support/fuzzing.ts';

const dataByte = fc.integer({ min: 0, max: 127 });
const channelMessage = fc.tuple(fc.integer({ min: 0x80, max: 0xef }), dataByte, dataByte);
/** Controllers that the library acts on: banks, data entry, RPN and NRPN, pedals, portamento, channel modes. */
const controllers = [0, 1, 5, 6, 7, 10, 11, 32, 38, 64, 65, 66, 84, 98, 99, 100, 101, 120, 121, 123];
const controlChange = fc.tuple(
  fc.integer({ min: 0xb0, max: 0xbf }),
  fc.constantFrom(...controllers),
  dataByte,
);
const systemExclusive = fc.tuple(
  fc.constantFrom([0x7e, 0x7f, 0x09], [0x7f, 0x7f, 0x04], [0x41, 0x10, 0x42, 0x12], [0x43, 0x10, 0x4c], []),
  fc.array(dataByte, { maxLength: 12 }),
);
const message = fc.oneof(
  { weight: 5, arbitrary: channelMessage },
  { weight: 4, arbitrary: controlChange },
  { weight: 1, arbitrary: systemExclusive.map(([head, rest]) => [0xf0, ...head, ...rest, 0xf7]) },
);

it(
  'takes any messages in any order: finite sound, bounded memory, silence after the end',
  { tags: 'fuzz' },
  async () => {
    const adl = await loadAdlMidi();
    const memory = adl.HEAPU8.length;
    const block = new Float32Array(64);
    await fuzz(
      'fm/messages',
      fc.property(
        fc.constantFrom('opl3' as const, 'opl2' as const),
        fc.nat(FM_BANKS.length - 1),
        fc.constantFrom(8000, 44_100, 48_000, 96_000, 192_000),
        fc.array(message, { maxLength: 200 }),
        (chip, bank, sampleRate, messages) => {
          const synth = new FmSynth({ adl, sampleRate, chip, bank });
          messages.forEach((bytes, index) => {
            synth.send(Uint8Array.from(bytes), 0, bytes.length);
            synth.render(block, block, 0, index % 65);
          });
          expect(block.every(Number.isFinite)).toBe(true);
          block.fill(0);
          synth.fadeOutAll(1);
          expect(synth.activeVoices).toBe(0);
          synth.dispose();
        },
      ),
      { normal: 100, fuzz: 10_000 },
    );
    expect(adl.HEAPU8.length).toBe(memory);
  },
);
