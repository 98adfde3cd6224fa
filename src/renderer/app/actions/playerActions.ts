import type { Panel, PlayerView } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';
import { onApple } from '../panels.ts';
import { focusElement, type Add } from './action.ts';

const VIEWS: readonly PlayerView[] = ['queue', 'channels', 'monitor', 'sounds', 'recorder'];
const TEMPO_STEP = 0.05;

/** Transport, queue, views of the player, keys and recorder. */
export function addPlayer(panel: Panel, add: Add): void {
  const { player, recorder } = panel;
  const section = text.palette.sections.player;
  add('choose', section, text.player.choose, onApple ? '⌘O' : 'Ctrl+O', panel.chooseFiles);
  if (player.state.queue.length > 0) {
    const label = player.sounding ? text.player.pause : text.player.play;
    add('toggle', section, label, 'Space', () => void player.toggle());
    add('stop', section, text.player.stop, '', () => void player.stop());
    add('previous', section, text.player.previous, '', () => void player.previous());
    add('next', section, text.player.next, '', () => void player.next());
    const { loop } = player.state;
    add('loop', section, text.player.loop, loop ? text.mixer.on : text.mixer.off, () => {
      void player.setLoop(!loop);
    });
    add('clear', section, text.palette.clearQueue, '', () => void player.clear());
    for (const { id, name, durationSeconds } of player.state.queue) {
      const clock = text.time.clock(durationSeconds);
      add(`play-${id}`, section, text.palette.playFile(name), clock, () => void player.play(id));
    }
  }
  const { tempo, synth, output } = player.state;
  const percent = text.palette.percent(tempo);
  const { instrument } = text.player;
  add(
    'slower',
    section,
    text.palette.slower,
    percent,
    () => void player.setTempo(Math.max(0.25, tempo - TEMPO_STEP)),
  );
  add(
    'faster',
    section,
    text.palette.faster,
    percent,
    () => void player.setTempo(Math.min(4, tempo + TEMPO_STEP)),
  );
  if (tempo !== 1) add('tempo', section, text.palette.ownTempo, percent, () => void player.setTempo(1));
  add('panic', section, instrument.panicHint, '', () => {
    panel.keyboard.forget();
    void player.panic();
  });
  for (const each of ['dls', 'fm'] as const) {
    if (output === null && synth === each) continue;
    add(`synth-${each}`, section, text.palette.playOn(instrument.synths[each]), '', () => {
      void player.setInstrument(each, null);
    });
  }
  for (const name of panel.midi.outputs) {
    if (name === output) continue;
    add(
      `output-midi-${name}`,
      section,
      text.palette.playOn(name),
      '',
      () => void player.setInstrument(synth, name),
    );
  }
  if (player.channels.channels.length > 0) {
    add('channels-reset', section, text.palette.resetChannels, '', () => void player.resetChannels());
  }
  for (const view of VIEWS) {
    add(
      `view-${view}`,
      text.palette.sections.go,
      `${text.player.title}: ${text.player.views[view]}`,
      '',
      () => {
        panel.playerView = view;
        panel.show('player');
      },
    );
  }
  add('keys-piano', section, text.palette.piano(panel.keysShown), '', () => {
    panel.keysShown = !panel.keysShown;
    if (panel.keysShown) focusElement(panel, 'player', '[data-key][tabindex="0"]');
  });
  const record = recorder.recording ? text.recorder.stopTitle : text.recorder.recordTitle;
  add('record', section, record, '', () => {
    panel.playerView = 'recorder';
    panel.show('player');
    void recorder.toggle();
  });
}
