import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { MidiHostCommand, MidiHostEvent } from '../../../../src/contract/midiHardware.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { spawnHost } from '../../../../src/main/hardware/hostProcess.ts';
import { MidiHardware } from '../../../../src/main/hardware/midi/midiHardware.ts';

const entry = new URL('../../../../src/main/host/midiHost.ts', import.meta.url);

it('the real host answers, with a MIDI system or with the reason why there is none', async () => {
  const hardware = new MidiHardware({
    hostFactory: () => spawnHost<MidiHostCommand, MidiHostEvent>({ entry }),
    masterClock: { now: () => referenceTime(0) },
  });
  hardware.start();
  await hardware.ready();
  if (process.platform === 'linux' && !existsSync('/dev/snd/seq')) {
    expect(hardware.system).toEqual({
      available: false,
      reason: 'there is no ALSA sequencer (/dev/snd/seq)',
    });
  } else {
    expect(hardware.system).toEqual({ available: true });
  }
  await hardware.dispose();
});
