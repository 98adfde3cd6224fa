import { ksLevel } from '../../../src/contract/units.ts';
import type { FilterDescriptor, NodeDescriptor } from '../../../src/main/engine/ks/descriptor.ts';
import { guid, KSNODETYPE } from '../../../src/main/engine/ks/guid.ts';
import type { AdapterDevice } from '../../../src/main/engine/portcls/adapter.ts';
import { lineChanges } from '../../../src/main/engine/wdmaud/mixer/lineChanges.ts';
import { MixerDevice } from '../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { translate } from '../../../src/main/engine/wdmaud/mixer/translation.ts';
import {
  install,
  jack,
  muteNode,
  sumNode,
  testPortCls,
  topology,
  volumeNode,
  wired,
  wires,
} from '../../support/testFilters.ts';
import { atMostMs, medianMs, type Metric } from '../metric.ts';

/** The mixer translation of a large adapter, and what a change of one control costs. */

const FILTERS = 30;
const STRIPS = 11;
/** Volume, mute and volume per strip, then the sum. */
const NODES_PER_STRIP = 3;

/** A filter of 34 nodes: eleven strips into a sum, and from the sum to the next filter or the speakers. */
function mixingDesk(last: boolean): FilterDescriptor {
  const nodes: NodeDescriptor[] = [];
  const rows: [number, number, number, number][] = [];
  const sum = STRIPS * NODES_PER_STRIP;
  for (let strip = 0; strip < STRIPS; strip++) {
    const first = nodes.length;
    nodes.push(volumeNode(`Gain ${strip}`), muteNode(`Mute ${strip}`), volumeNode(`Fader ${strip}`));
    rows.push(
      [-1, strip, first, 1],
      [first, 0, first + 1, 1],
      [first + 1, 0, first + 2, 1],
      [first + 2, 0, sum, 1 + strip],
    );
  }
  nodes.push(sumNode());
  rows.push([sum, 0, -1, STRIPS]);
  const inputs = Array.from({ length: STRIPS }, (_, strip) =>
    // The first input takes what the filter before it sums up.
    (strip === 0 ? wired : jack)('IN', KSNODETYPE.LINE_CONNECTOR, privateName(strip)),
  );
  const out = (last ? jack : wired)('OUT', KSNODETYPE.SPEAKER);
  return topology([...inputs, out], nodes, wires(...rows));
}

function privateName(index: number) {
  return guid(`7D1C0000-0000-4000-8001-${index.toString(16).padStart(12, '0')}`);
}

function largeAdapter() {
  const portCls = testPortCls();
  const adapter: AdapterDevice = portCls.addAdapterDevice({
    id: 'desk',
    name: 'Desk',
    maxObjects: FILTERS,
  });
  for (let filter = 0; filter < FILTERS; filter++) {
    install(portCls, adapter, `Desk ${filter}`, mixingDesk(filter === FILTERS - 1));
    if (filter > 0) {
      adapter.registerPhysicalConnection({
        fromSubdevice: `Desk ${filter - 1}`,
        fromPin: STRIPS,
        toSubdevice: `Desk ${filter}`,
        toPin: 0,
      });
    }
  }
  return { portCls, adapter };
}

export function translationMetrics(): Metric[] {
  const { portCls, adapter } = largeAdapter();
  const nodes = adapter.subdevices.reduce((sum, each) => sum + each.filter.descriptor.nodes.length, 0);
  const device = new MixerDevice(adapter, portCls, () => 0);
  const lines = device.destinations.flatMap((line) => [line, ...line.sources]);
  const fader = lines.at(-1)!.controls.at(-1)!;
  const before = device.destinations;
  device.setControl(fader.id, { levels: [ksLevel(-3 * 0x10000)] });
  const after = device.destinations;
  let down = false;
  return [
    atMostMs(
      `translation of ${FILTERS} filters with ${nodes} nodes into ${lines.length} lines`,
      medianMs(100, () => translate(adapter)),
      5,
    ),
    atMostMs(
      'snapshot diff after one change',
      medianMs(1_000, () => lineChanges(before, after)),
      0.2,
    ),
    atMostMs(
      'setting one control, with the new snapshot and every client told',
      medianMs(1_000, () => {
        down = !down;
        device.setControl(fader.id, { levels: [ksLevel(down ? -6 * 0x10000 : 0)] });
      }),
      0.2,
    ),
  ];
}
