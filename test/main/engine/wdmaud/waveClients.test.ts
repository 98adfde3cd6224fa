import { expect, it } from 'vitest';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { WaveClient } from '../../../../src/main/engine/wdmaud/waveClient.ts';
import { WaveInClient } from '../../../../src/main/engine/wdmaud/waveInClient.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';

it.each([
  ['plays', WaveClient],
  ['records', WaveInClient],
])('who %s without a sound card hears that, and not that its format is wrong', (_does, client) => {
  const portCls = new PortCls({ masterClock: new ManualScheduler() });
  expect(() => client.open(portCls, pcmFormat(2, 48_000, 16))).toThrow(
    'The sound card is not there at the moment.',
  );
  portCls.dispose();
});
