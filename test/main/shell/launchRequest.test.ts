import { expect, it } from 'vitest';
import { isBank, launchRequest, receivedRequest } from '../../../src/main/shell/launchRequest.ts';

it('reads files, our options and leaves Chromium’s alone', () => {
  expect(
    launchRequest(
      ['--hidden', '--profile=Live set', '--no-sandbox', 'a b.mid', '/x/y.sf2', '--', '-z.wav'],
      '/home',
    ),
  ).toEqual({ files: ['/home/a b.mid', '/x/y.sf2', '/home/-z.wav'], hidden: true, profile: 'Live set' });
  expect(launchRequest([], '/')).toEqual({ files: [], hidden: false, profile: null });
});

it.each([undefined, null, 1, 'text', [], { files: 'a', hidden: 'yes', profile: 3 }])(
  'believes nothing of what came: %j',
  (data) => expect(receivedRequest(data)).toEqual({ files: [], hidden: false, profile: null }),
);

it('takes absolute files from another process only', () => {
  const files = ['/a.mid', 'relative.mid', 1];
  expect(receivedRequest({ files, hidden: true, profile: 'p' })).toEqual({
    files: ['/a.mid'],
    hidden: true,
    profile: 'p',
  });
});

it('knows banks by their ending', () => {
  expect(['a.SF2', 'a.dls', 'a.mid', 'sf2'].map(isBank)).toEqual([true, true, false, false]);
});
