import { expect, it } from 'vitest';
import * as v from 'valibot';
import { normalAccelerator } from '../../src/contract/accelerator.ts';
import { hotkeysSchema } from '../../src/contract/services/hotkeys.ts';

it.each([
  ['ctrl+alt+up', 'Control+Alt+Up'],
  ['Alt + Control + Up', 'Control+Alt+Up'],
  ['CmdOrCtrl+Shift+m', 'CommandOrControl+Shift+M'],
  ['Meta+num5', 'Super+num5'],
  ['volumeup', 'VolumeUp'],
  ['f13', 'F13'],
  ['Shift+F5', 'Shift+F5'],
  ['Control+Plus', 'Control+Plus'],
  ['Control+]', 'Control+]'],
])('%s is %s', (text, normal) => {
  expect(normalAccelerator(text)).toBe(normal);
  expect(normalAccelerator(normal)).toBe(normal);
});

it.each([
  '',
  'A',
  'Shift+A',
  'Up',
  'Control',
  'Control+',
  'Control+AB',
  'Hyper+A',
  'F25',
  'constructor+A',
  '+',
])('“%s” is no hotkey', (text) => expect(normalAccelerator(text)).toBeUndefined());

it('the same key stands once, however it is written', () => {
  const action = { kind: 'panel' };
  const parse = (...accelerators: string[]) =>
    v.safeParse(
      hotkeysSchema,
      accelerators.map((accelerator) => ({ accelerator, action })),
    );
  expect(parse('Control+A', 'Control+B').success).toBe(true);
  const twice = parse('Control+A', 'ctrl+a');
  expect(twice.success).toBe(false);
  expect(twice.issues?.[0].message).toContain('twice');
});
