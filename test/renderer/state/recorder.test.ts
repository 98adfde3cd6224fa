import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/contract/emitter.ts';
import { PinwheelError } from '../../../src/contract/errors.ts';
import type { RecorderState, RecordingRequest } from '../../../src/contract/services/recorder.ts';
import { Link } from '../../../src/renderer/state/link.svelte.ts';
import { RecorderStore } from '../../../src/renderer/state/recorder.svelte.ts';
import { noRecorder } from '../../support/noRecorder.ts';
import { ContractServer, until } from './contractServer.ts';

const STOPPED = (await noRecorder.getState()) satisfies RecorderState;

async function recorder() {
  const server = new ContractServer();
  const onState = new Emitter<RecorderState>();
  const requests: RecordingRequest[] = [];
  const scene = { refuse: false, state: STOPPED };
  const tell = (patch: Partial<RecorderState>) => {
    scene.state = { ...scene.state, ...patch };
    onState.fire(scene.state);
  };
  server.recorder = {
    getState: () => scene.state,
    setInput: (input) => tell({ input }),
    start: (request) => {
      if (scene.refuse) {
        throw new PinwheelError({ code: 'bad-state', message: 'No room.', advice: 'Make room.' });
      }
      requests.push(request);
      tell({ phase: 'recording', file: '/music/Pinwheel/one.flac' });
    },
    stop: () => {
      tell({ phase: 'stopped', seconds: 2 });
      return scene.state;
    },
    onState: onState.event,
  };
  const link = new Link(server.open);
  const store = new RecorderStore(link);
  link.retry();
  await until(() => store.state !== undefined);
  return { store, requests, scene, tell };
}

describe('recorder store', () => {
  it('begins a new file in the chosen format, names it and completes it', async () => {
    const { store, requests } = await recorder();
    expect([store.recording, store.file]).toEqual([false, undefined]);
    store.container = 'flac';
    store.sampleRate = 44_100;
    store.channels = 1;
    store.setSamples('16');
    await store.toggle();
    await until(() => store.recording);
    expect(requests).toEqual([
      { file: { create: 'flac' }, input: null, sampleRate: 44_100, channels: 1, samples: '16' },
    ]);
    expect(store.file).toEqual({
      path: '/music/Pinwheel/one.flac',
      name: 'one.flac',
      folder: '/music/Pinwheel',
    });
    await store.toggle();
    expect([store.recording, store.state?.seconds]).toEqual([false, 2]);
  });

  it('offers no floats in FLAC, and comes back to them in WAV', async () => {
    const { store } = await recorder();
    store.setSamples('float');
    store.container = 'flac';
    expect([store.sampleChoices, store.samples]).toEqual([['16', '24'], '24']);
    store.container = 'wav';
    expect([store.sampleChoices, store.samples]).toEqual([['16', '24', 'float'], 'float']);
  });

  it('moves the switch, and keeps a refusal until the next request', async () => {
    const { store, scene, requests } = await recorder();
    await store.setInput('what-you-hear');
    await until(() => store.state?.input === 'what-you-hear');
    scene.refuse = true;
    await store.toggle();
    expect(store.refusal).toMatchObject({ code: 'bad-state', message: 'No room.', advice: 'Make room.' });
    expect([store.recording, store.busy, requests.length]).toEqual([false, false, 0]);
    scene.refuse = false;
    await store.toggle();
    expect([store.refusal, requests.length]).toEqual([undefined, 1]);
  });

  it('begins once for two quick presses, and knows the names of Windows', async () => {
    const { store, requests, tell } = await recorder();
    await Promise.all([store.toggle(), store.toggle()]);
    expect(requests.length).toBe(1);
    tell({ file: 'C:\\Music\\Pinwheel\\two.wav' });
    await until(() => store.file?.name === 'two.wav');
    expect(store.file?.folder).toBe('C:\\Music\\Pinwheel');
  });
});
