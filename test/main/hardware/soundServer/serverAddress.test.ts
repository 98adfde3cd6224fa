import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { describeAddress, serverAddresses } from '../../../../src/main/hardware/soundServer/serverAddress.ts';

const listed = (text: string) => serverAddresses({ PULSE_SERVER: text }).map(describeAddress);

describe('the address of the sound server', () => {
  it('is what PULSE_SERVER says', () => {
    expect(listed('unix:/run/a/native')).toEqual(['unix:/run/a/native']);
    expect(listed('/run/a/native')).toEqual(['unix:/run/a/native']);
    expect(listed('tcp:studio')).toEqual(['tcp:studio:4713']);
    expect(listed('tcp4:10.0.0.1:4000')).toEqual(['tcp:10.0.0.1:4000']);
    expect(listed('tcp6:[::1]:4000')).toEqual(['tcp:::1:4000']);
    expect(listed(' {0123abc}unix:/a  tcp:b:1 nonsense')).toEqual(['unix:/a', 'tcp:b:1']);
  });

  it('is this user’s own server otherwise', () => {
    expect(serverAddresses({ XDG_RUNTIME_DIR: '/run/user/7' }).map(describeAddress)).toEqual([
      'unix:/run/user/7/pulse/native',
    ]);
    expect(serverAddresses({ PULSE_RUNTIME_PATH: '/p', XDG_RUNTIME_DIR: '/run/user/7' })).toEqual([
      { kind: 'unix', path: '/p/native' },
    ]);
    expect(serverAddresses({ PULSE_SERVER: ' ', XDG_RUNTIME_DIR: '' }).map(describeAddress)).toEqual([
      `unix:/run/user/${process.getuid!()}/pulse/native`,
    ]);
  });

  it('is not guessed when PULSE_SERVER makes no sense', () => {
    for (const text of ['unix:relative', 'carrier pigeon', 'tcp:', 'tcp:host:99999']) {
      expect(() => listed(text), text).toThrow(PinwheelError);
    }
  });
});
