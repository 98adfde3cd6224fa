import { describe, expect, it } from 'vitest';
import { PortNames } from '../../../../src/main/host/midi/portNames.ts';

describe('names of MIDI ports', () => {
  it('have no numbers that change on replug, and pair the halves of a device', () => {
    const names = new PortNames();
    const ports = (client: number) => [
      `USB Keys:USB Keys MIDI 1 ${client}:0`,
      'Midi Through:Midi Through Port-0 14:0',
    ];
    expect(names.update(ports(20), ports(20))).toEqual([
      { name: 'USB Keys MIDI 1', input: ports(20)[0], output: ports(20)[0] },
      { name: 'Midi Through Port-0', input: ports(20)[1], output: ports(20)[1] },
    ]);
    names.update([], []);
    expect(names.update(ports(32), []).map(({ name }) => name)).toEqual([
      'USB Keys MIDI 1',
      'Midi Through Port-0',
    ]);
  });

  it('say the client once only, and both where they differ', () => {
    expect(new PortNames().update(['Synth:In 128:0'], [])[0]!.name).toBe('Synth In');
    expect(new PortNames().update(['A/B:A/B 128:0'], [])[0]!.name).toBe('A-B');
  });

  it('of two equal devices are distinct, and stay when one of them goes', () => {
    const names = new PortNames();
    const [first, second] = ['Keys:Keys 20:0', 'Keys:Keys 24:0'];
    const both = names.update([first, second], [second, first]);
    expect(both).toEqual([
      { name: 'Keys', input: first, output: first },
      { name: 'Keys (2)', input: second, output: second },
    ]);
    expect(names.update([second], [second])).toEqual([{ name: 'Keys (2)', input: second, output: second }]);
    const third = 'Keys:Keys 28:0';
    expect(names.update([second, third], [second, third])).toEqual([
      { name: 'Keys (2)', input: second, output: second },
      { name: 'Keys', input: third, output: third },
    ]);
  });

  it('without addresses pair in their order', () => {
    expect(new PortNames().update(['Keys', 'Pads'], ['Keys', 'Synth'])).toEqual([
      { name: 'Keys', input: 'Keys', output: 'Keys' },
      { name: 'Pads', input: 'Pads', output: undefined },
      { name: 'Synth', input: undefined, output: 'Synth' },
    ]);
  });
});
