/** The sound server (PipeWire, PulseAudio) as the main process sees it. */
export { SoundServerClient, type SoundServerOptions } from './client.ts';
export { ServerWatcher, type ServerWatcherOptions } from './serverWatcher.ts';
export * from './records.ts';
export { FLOAT_BYTES, type RecordStreamOptions } from './recordStream.ts';
