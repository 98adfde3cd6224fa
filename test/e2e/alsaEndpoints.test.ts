import { afterAll, beforeAll, expect, it } from 'vitest';
import { AlsaVm } from '../rigs/alsa-vm/alsaVm.ts';
import { requires } from '../support/requirements.ts';
import { AlsaEngine } from './support/alsaEngine.ts';
import { GuestPulseAudio } from './support/guestPulseAudio.ts';

/** Numids of the AC'97 card. */
const MASTER_VOLUME = 2;
const PCM_VOLUME = 4;
const CAPTURE_SOURCE = 5;
/** The guest is slow. */
const SEEN = { timeout: 5_000 };

const SINK = 'alsa_output.AC97.analog-stereo';
const SOURCE = 'alsa_input.AC97.analog-stereo';

requires('alsaVm', 'pulseaudio')('a card that PulseAudio and ALSA both show', () => {
  let vm: AlsaVm;
  let pulse: GuestPulseAudio;
  let engine: AlsaEngine;

  beforeAll(async () => {
    vm = await AlsaVm.start();
    pulse = await GuestPulseAudio.start(vm);
    engine = await AlsaEngine.start(vm, pulse.server);
  });
  afterAll(async () => {
    await engine?.dispose();
    await vm?.dispose();
  });

  const sinkDecibels = async () =>
    Number(/([-\d.]+) dB/.exec(await pulse.pactl(`get-sink-volume ${SINK}`))![1]);
  const endpoints = async () => (await engine.endpoints()).endpoints;

  it('is one device: its filters are wired together, programs to jack and jack to programs', async () => {
    expect(await engine.joins()).toEqual([
      'endpoint:alsa_card.AC97/Output Analog Stereo mixer (Mix) > endpoint:alsa_card.AC97/Output Analog Stereo (Programs)',
      'endpoint:alsa_card.AC97/Output Analog Stereo (Analog Output) > alsa:AC97/Topology (PCM)',
      'alsa:AC97/Topology (Recording) > endpoint:alsa_card.AC97/Input Analog Stereo (Microphone)',
    ]);
  });

  it('has one level: what is set on either side arrives on the other', async () => {
    await engine.setEndpointLevel('render', -15);
    const cardDecibels = async () => {
      const [[master], [pcm]] = await Promise.all([
        engine.get('AC97', MASTER_VOLUME),
        engine.get('AC97', PCM_VOLUME),
      ]);
      return master! + pcm!;
    };
    // To PulseAudio, full scale is the loudest that the card can do: 12 dB above the codec's own.
    await expect.poll(cardDecibels, SEEN).toBeCloseTo(-15 + 12, 0);
    expect(await sinkDecibels()).toBeCloseTo(-15, 1);

    await engine.set('AC97', MASTER_VOLUME, [-30, -30]);
    const [pcm] = await engine.get('AC97', PCM_VOLUME);
    await expect.poll(() => engine.endpointLevel('render'), SEEN).toBeCloseTo(-30 + pcm! - 12, 0);
    expect(await sinkDecibels()).toBeCloseTo(-30 + pcm! - 12, 0);
  });

  it('shows its ports and profiles; choosing one turns the card’s own selector, or takes a filter away', async () => {
    const input = (await endpoints()).find(({ direction }) => direction === 'input')!;
    expect(input).toMatchObject({ id: `source:${SOURCE}`, activePort: 'analog-input-mic' });
    expect(input.ports.map(({ id }) => id)).toEqual([
      'analog-input-mic',
      'analog-input-linein',
      'analog-input-aux',
      'analog-input-video',
    ]);
    const listed = await pulse.pactl('list cards');
    for (const { name } of input.ports) expect(listed).toContain(`: ${name} (`);

    await engine.setPort(input.id, 'analog-input-linein');
    // “Line” is the fifth item of the card's selector.
    await expect.poll(() => engine.get('AC97', CAPTURE_SOURCE), SEEN).toEqual([5]);
    expect(await pulse.pactl('list sources')).toContain('Active Port: analog-input-linein');

    const [card] = (await engine.endpoints()).cards;
    expect(card!.activeProfile).toBe('output:analog-stereo+input:analog-stereo');
    await engine.setProfile(card!.id, 'output:analog-stereo');
    await expect
      .poll(async () => (await endpoints()).map(({ direction }) => direction), SEEN)
      .toEqual(['output']);
    expect((await engine.joins()).filter((join) => join.includes('alsa:AC97'))).toEqual([
      'endpoint:alsa_card.AC97/Output Analog Stereo (Analog Output) > alsa:AC97/Topology (PCM)',
    ]);
    await engine.setProfile(card!.id, card!.activeProfile!);
    await expect.poll(async () => (await engine.joins()).length, SEEN).toBe(3);
  });

  it('is two again when one of them lets it go', async () => {
    const joined = async () => (await engine.joins()).filter((join) => join.includes('alsa:')).length;
    await pulse.pactl('unload-module module-alsa-card');
    await expect.poll(joined, SEEN).toBe(0);
    expect((await engine.cards()).map(({ id }) => id)).toContain('alsa:AC97');
    await pulse.pactl('load-module module-alsa-card device_id=AC97 tsched=no');
    await expect.poll(joined, SEEN).toBe(2);
  });
});
