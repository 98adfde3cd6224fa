import { describe, expect, it } from 'vitest';
import { matchActions, type Action } from '../../../src/renderer/app/actions.ts';

const action = (section: string, label: string): Action => ({
  id: label,
  section,
  label,
  hint: '',
  run: () => undefined,
});
const actions = [
  action('Go to', 'Mixer'),
  action('Control', 'Mute Synth'),
  action('Control', 'Synth volume'),
  action('Output', 'Use Headphones'),
];
const labels = (query: string) => matchActions(actions, query).map(({ label }) => label);

describe('palette', () => {
  it('finds by every word, names that begin with it first', () => {
    expect(labels('syn')).toEqual(['Synth volume', 'Mute Synth']);
    expect(labels('vol syn')).toEqual(['Synth volume']);
    expect(labels('OUTPUT head')).toEqual(['Use Headphones']);
    expect(labels('xyz')).toEqual([]);
  });

  it('lists everything before anything is typed', () => {
    expect(labels('')).toEqual(actions.map(({ label }) => label));
  });
});
