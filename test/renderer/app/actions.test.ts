import { describe, expect, it } from 'vitest';
import type { Action } from '../../../src/renderer/app/actions/action.ts';
import { matchActions } from '../../../src/renderer/app/actions/matchActions.ts';

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
const labels = (query: string, recent: string[] = []) =>
  matchActions(actions, query, recent).map(({ label }) => label);

describe('palette', () => {
  it('finds by every word, names that begin with it first', () => {
    expect(labels('syn')).toEqual(['Synth volume', 'Mute Synth']);
    expect(labels('vol syn')).toEqual(['Synth volume']);
    expect(labels('OUTPUT head')).toEqual(['Use Headphones']);
    expect(labels('xyz')).toEqual([]);
  });

  it('finds by the beginnings of words and with letters left out, whole words first', () => {
    expect(labels('sv')).toEqual(['Synth volume']);
    expect(labels('uh')).toEqual(['Use Headphones']);
    expect(labels('headphns')).toEqual([]);
    expect(labels('hdphones')).toEqual(['Use Headphones']);
    expect(labels('mixr')).toEqual(['Mixer']);
  });

  it('has what was used last first, among equals', () => {
    expect(labels('', ['Use Headphones', 'Synth volume']).slice(0, 2)).toEqual([
      'Use Headphones',
      'Synth volume',
    ]);
    expect(labels('syn', ['Mute Synth'])).toEqual(['Synth volume', 'Mute Synth']);
  });

  it('lists everything before anything is typed', () => {
    expect(labels('')).toEqual(actions.map(({ label }) => label));
  });
});
