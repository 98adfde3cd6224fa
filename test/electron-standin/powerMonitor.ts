import type { PowerMonitor } from 'electron';
import { preventableEvent, StrictEmitter, strictFacade } from './strict.ts';

const EVENTS = [
  'suspend',
  'resume',
  'on-ac',
  'on-battery',
  'lock-screen',
  'unlock-screen',
  'shutdown',
] as const;

export type PowerNews = (typeof EVENTS)[number];

/** The machine's power as electron.d.ts describes it for `PowerMonitor`. */
export class StandinPowerMonitor extends StrictEmitter {
  onBatteryPower = false;

  constructor() {
    super('powerMonitor', [...EVENTS]);
  }

  /** Answers whether a listener called `preventDefault`, which only a shutdown has. */
  happens(news: PowerNews): boolean {
    if (news === 'on-ac' || news === 'on-battery') this.onBatteryPower = news === 'on-battery';
    if (news !== 'shutdown') {
      this.emit(news);
      return false;
    }
    const event = preventableEvent({});
    this.emit(news, event);
    return event.defaultPrevented;
  }
}

export function powerMonitorFacade(monitor: StandinPowerMonitor): PowerMonitor {
  return strictFacade<PowerMonitor, 'onBatteryPower'>('powerMonitor', monitor, ['onBatteryPower']);
}
