import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { Event } from '../../contract/emitter.ts';
import type { AppState, Notice } from '../../contract/services/app.ts';
import { REFERENCE_TIME_PER_MILLISECOND, type ReferenceTime } from '../../contract/units.ts';
import type { Logging } from './logging.ts';

/** What of the program is written down as it happens. */
export interface Watched {
  readonly app: { getState(): AppState; readonly onState: Event<AppState> };
  readonly hardware: {
    readonly onArrived: Event<{ kind: string; sampleRate?: number }>;
    readonly onRemoved: Event<{ reason: string; message: string }>;
  };
  readonly player: { readonly onFailure: Event<{ name: string; error: ErrorRecord }> };
  readonly power: {
    readonly onWoken: Event<{
      subdevice: { readonly path: string };
      latency: { readonly from: string; readonly promised: ReferenceTime; readonly measured: ReferenceTime };
    }>;
  };
}

const LEVELS = { error: 'error', warning: 'warn', info: 'info' } as const;

export function logProgram(logging: Logging, { app, hardware, player, power }: Watched): Disposable {
  const store = new DisposableStore();
  const program = logging.part('program');
  const device = logging.part('hardware');
  const told = new Map<string, string>();
  const tell = (notices: readonly Notice[]): void => {
    for (const { id, severity, message } of notices) {
      if (told.get(id) === message) continue;
      told.set(id, message);
      program[LEVELS[severity]](message);
    }
  };
  const { version, shell, notices } = app.getState();
  program.info(`Pinwheel ${version} starts (${shell}, ${process.platform} ${process.arch})`);
  tell(notices);
  store.add(app.onState((state) => tell(state.notices)));
  store.add(
    hardware.onArrived(({ kind, sampleRate }) => device.info(`arrived: ${kind} ${sampleRate ?? ''}`.trim())),
  );
  store.add(hardware.onRemoved(({ reason, message }) => device.warn(`removed: ${reason}: ${message}`)));
  const played = logging.part('player');
  store.add(
    player.onFailure(({ name, error: { message } }) => played.warn(`“${name}” is not played: ${message}`)),
  );
  const parts = logging.part('power');
  store.add(
    power.onWoken(({ subdevice: { path }, latency: { from, promised, measured } }) => {
      const took = `${path} left ${from} in ${milliseconds(measured)} ms`;
      if (measured <= promised) parts.debug(took);
      else parts.warn(`${took}, which is more than the ${milliseconds(promised)} ms that were promised`);
    }),
  );
  store.add({ dispose: () => program.info('ends') });
  return store;
}

const milliseconds = (time: ReferenceTime): number => Math.round(time / REFERENCE_TIME_PER_MILLISECOND);
