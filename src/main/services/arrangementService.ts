import { Emitter } from '../../contract/emitter.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  Arrangement,
  ArrangementChange,
  arrangementService,
} from '../../contract/services/arrangement.ts';

/** Where arrangements are kept over restarts. */
export interface ArrangementMemory {
  readonly arrangements: Readonly<Record<string, Arrangement>>;
  setArrangement(adapter: string, arrangement: Arrangement | undefined): void;
}

/** The arrangement service over its memory; every panel hears of what another one moved. */
export function arrangementServiceImplementation(
  memory: ArrangementMemory,
): ServiceImplementation<typeof arrangementService> {
  const emitter = new Emitter<ArrangementChange>();
  return {
    getAll: () => ({ ...memory.arrangements }),
    set(adapter, arrangement) {
      const empty = Object.keys(arrangement.positions).length === 0 && arrangement.collapsed.length === 0;
      memory.setArrangement(adapter, empty ? undefined : arrangement);
      emitter.fire({ adapter, arrangement });
    },
    onChange: emitter.event,
  };
}
