import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import type { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import { KsError } from '../../../src/main/engine/ks/status.ts';
import { SysAudio } from '../../../src/main/engine/sysaudio/sysAudio.ts';
import { TopologyService } from '../../../src/main/services/topologyService.ts';
import { ring } from '../../main/engine/sysaudio/support.ts';
import { testPortCls } from '../../support/testFilters.ts';
import { atMostMs, medianMs, slowestMs, type Metric } from '../metric.ts';

const FILTERS = 200;
const FORMAT = pcmFormat(2, 48_000, 16);
/** Where the ring of the bench is entered. */
const FIRST = { name: 'Ring 0', hostPin: 2 };

/** SysAudio's joined graph over loops of physical connections, and what a change costs the topology snapshot. */
export function graphMetrics(): Metric[] {
  return [
    atMostMs(`graph of ${FILTERS} filters in a loop, with a way out`, openRing(true), 50),
    atMostMs(`graph of ${FILTERS} filters in a loop, rejected`, openRing(false), 50),
    atMostMs('topology: what changed after one pin state', oneChange(), 0.2),
  ];
}

/** From nothing: join the filters, find the path, open the pin or refuse it. The slowest of 20, the first included. */
function openRing(withJack: boolean): number {
  return slowestMs(
    20,
    () => {
      const portCls = testPortCls();
      ring(portCls, 'ring', FILTERS, withJack);
      return new SysAudio(portCls);
    },
    (sysAudio) => {
      const built = openFirst(sysAudio) !== undefined;
      if (built !== withJack) throw new Error(`The ring was ${built ? 'built' : 'rejected'}.`);
    },
  );
}

function openFirst(sysAudio: SysAudio) {
  const host = sysAudio.graph.pins.find(
    ({ subdevice, pinId }) => subdevice.name === FIRST.name && pinId === FIRST.hostPin,
  )!;
  try {
    return sysAudio.openPin({ host, format: FORMAT });
  } catch (error) {
    if (error instanceof KsError && error.status === 'STATUS_DEVICE_CONFIGURATION_ERROR') return undefined;
    throw error;
  }
}

function oneChange(): number {
  const portCls: PortCls = testPortCls();
  ring(portCls, 'ring', FILTERS, true);
  const sysAudio = new SysAudio(portCls);
  const service = new TopologyService(portCls, sysAudio);
  const graph = openFirst(sysAudio)!;
  service.getSnapshot();
  let told = 0;
  service.onChange(() => told++);
  let up = true;
  const milliseconds = medianMs(500, () => {
    graph.setState(up ? 'ACQUIRE' : 'STOP');
    up = !up;
    service.flush();
  });
  if (told !== 1_000) throw new Error(`${told} changes were told of 1000.`);
  return milliseconds;
}
