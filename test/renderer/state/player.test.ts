import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import type { QueueEntry, SongChannel } from '../../../src/contract/services/player.ts';
import { UPLOAD_CHUNK_BYTES } from '../../../src/contract/upload.ts';
import { Link } from '../../../src/renderer/state/link.svelte.ts';
import { PlayerStore } from '../../../src/renderer/state/player.svelte.ts';
import { ContractServer, until } from './contractServer.ts';

const ENTRY: QueueEntry = {
  id: 1,
  kind: 'song',
  name: '',
  title: null,
  artist: null,
  durationSeconds: 1,
  detail: '',
};

const CHANNEL: SongChannel = {
  channel: 1,
  muted: false,
  solo: false,
  level: 1,
  pan: 0,
  program: null,
  used: true,
  songProgram: 0,
  bankMsb: 0,
  bankLsb: 0,
};

function player() {
  const server = new ContractServer();
  const added: { name: string; bytes: number[] }[] = [];
  server.addFile = (name, bytes) => {
    if (name.startsWith('bad')) {
      throw new PinwheelError({ code: 'bad-input', message: 'Not MIDI.', subject: name, offset: 14 });
    }
    added.push({ name, bytes: bytes.length > 1_000 ? [] : [...bytes] });
    return { ...ENTRY, id: added.length, name };
  };
  const link = new Link(server.open);
  const store = new PlayerStore(link);
  return { server, link, store, added };
}
const file = (name: string, ...bytes: number[]) => new File([new Uint8Array(bytes)], name);

describe('player store', () => {
  it('adds files in their order and keeps the good ones beside a bad one', async () => {
    const { link, store, added } = player();
    link.retry();
    await until(() => link.phase === 'connected');
    store.add([file('a.mid', 1, 2), file('bad.mid'), file('b.mid', 3)]);
    expect(store.waiting.map(({ name }) => name)).toEqual(['a.mid', 'bad.mid', 'b.mid']);
    await until(() => store.waiting.length === 0);
    expect(added).toEqual([
      { name: 'a.mid', bytes: [1, 2] },
      { name: 'b.mid', bytes: [3] },
    ]);
    expect(store.failures).toHaveLength(1);
    expect(store.failures[0]).toMatchObject({ name: 'bad.mid', error: { code: 'bad-input', offset: 14 } });
    store.dismissFailure(store.failures[0]!.id);
    expect(store.failures).toEqual([]);
  });

  it('gives the place of a file that lies on this machine, and sends the bytes of others', async () => {
    const { link, added } = player();
    const store = new PlayerStore(link, ({ name }) => (name.startsWith('mine') ? `/music/${name}` : ''));
    link.retry();
    await until(() => link.phase === 'connected');
    store.add([file('mine.wav', 1), file('mine.mid', 2), file('other.mid', 3)]);
    await until(() => store.waiting.length === 0);
    expect(added).toEqual([
      { name: '/music/mine.wav', bytes: [] },
      { name: '/music/mine.mid', bytes: [] },
      { name: 'other.mid', bytes: [3] },
    ]);
  });

  it('keeps what a hand has set while an older value comes back', async () => {
    const { server, link, store } = player();
    const answers: (() => void)[] = [];
    server.channels = { entryId: 1, channels: [CHANNEL] };
    server.setChannel = (channel, { level }) =>
      new Promise((resolve) => {
        answers.push(() => {
          server.onChannels.fire({ entryId: 1, channels: [{ ...CHANNEL, channel, level: level! }] });
          resolve();
        });
      });
    link.retry();
    await until(() => store.channels.channels.length === 1);
    for (const level of [0.9, 0.8, 0.7]) store.setChannel(1, { level });
    const level = () => store.channels.channels[0]!.level;
    await until(() => answers.length === 1);
    answers[0]!();
    await until(() => answers.length === 2);
    expect(level()).toBe(0.7);
    answers[1]!();
    // Nothing is under way any more: what comes then is newer.
    await new Promise((resolve) => setTimeout(resolve, 10));
    server.onChannels.fire({ entryId: 1, channels: [{ ...CHANNEL, level: 0.2 }] });
    await until(() => level() === 0.2);
  });

  it('keeps what was dropped without a connection, and adds it when there is one', async () => {
    const { server, link, store, added } = player();
    server.down = true;
    store.add([file('later.mid', 7)]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(store.waiting.map(({ name }) => name)).toEqual(['later.mid']);
    expect(store.failures).toEqual([]);
    server.down = false;
    link.retry();
    await until(() => store.waiting.length === 0);
    expect(added).toEqual([{ name: 'later.mid', bytes: [7] }]);
  });

  it('sends sound piece by piece, and says how far it is', async () => {
    const { link, store, server, added } = player();
    link.retry();
    await until(() => link.phase === 'connected');
    const bytes = new Uint8Array(2.5 * UPLOAD_CHUNK_BYTES).fill(7);
    store.add([new File([bytes], 'long.flac')]);
    await until(() => store.waiting.length === 0);
    expect(server.uploads.map(({ name, size }) => ({ name, size }))).toEqual([
      { name: 'long.flac', size: bytes.length },
    ]);
    const lengths = server.uploads[0]!.chunks.map((chunk) => chunk.length);
    expect(lengths).toEqual([UPLOAD_CHUNK_BYTES, UPLOAD_CHUNK_BYTES, UPLOAD_CHUNK_BYTES / 2]);
    expect(added).toHaveLength(1);
    expect(store.sent).toBe(1);
  });

  it('refuses a file that no MIDI file can be, without reading it', async () => {
    const { link, store, added } = player();
    link.retry();
    await until(() => link.phase === 'connected');
    const huge = file('film.mid');
    Object.defineProperty(huge, 'size', { value: 4e9 });
    store.add([huge]);
    await until(() => store.failures.length === 1);
    expect(store.failures[0]).toMatchObject({ name: 'film.mid', error: { code: 'bad-input' } });
    expect(added).toEqual([]);
  });

  it('follows the position in whole seconds for text and exactly for the bar', () => {
    const { store } = player();
    const heard: number[] = [];
    store.onPosition((seconds) => heard.push(seconds));
    store.moveTo(1.9);
    store.moveTo(2.05);
    expect(heard).toEqual([1.9, 2.05]);
    expect(store.seconds).toBe(2);
  });

  it('tells the state that the player sends', async () => {
    const { server, link, store } = player();
    link.retry();
    await until(() => link.phase === 'connected');
    const entry = { ...ENTRY, id: 4, name: 'song.mid', durationSeconds: 60, detail: '2 tracks' };
    server.onPlayer.fire({
      phase: 'playing',
      queue: [entry],
      currentId: 4,
      positionSeconds: 12.5,
      durationSeconds: 60,
      loop: true,
      tempo: 1,
      synth: 'dls',
      output: null,
    });
    await until(() => store.state.phase === 'playing');
    expect(store.current).toEqual(entry);
    expect(store.seconds).toBe(12);
  });
});
