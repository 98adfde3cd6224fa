import type { Profile } from '../../../src/contract/services/profiles.ts';
import { ksLevel } from '../../../src/contract/units.ts';

/** Three profiles large enough for a write to take a while; `number` stands in each. */
export function numberedProfiles(number: number): Profile[] {
  const controls = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`filter/VOLUME/${index}`, { levels: [ksLevel(-number)] }]),
  );
  return ['a', 'b', 'c'].map((name) => ({
    name,
    savedAt: number,
    output: 'default',
    inputs: { microphone: 'default', aux: 'default' },
    defaults: { output: null, input: null },
    cards: {},
    ports: {},
    devices: { card: { name: 'Card', keepsLevels: false, controls } },
    programs: [],
  }));
}
