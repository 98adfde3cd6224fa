/** The sound server (PipeWire, PulseAudio) as the main process sees it. */
export { SoundServerClient, type SoundServerOptions } from './client.ts';
export { OutputWatcher, type OutputWatcherOptions } from './outputWatcher.ts';
export * from './records.ts';
