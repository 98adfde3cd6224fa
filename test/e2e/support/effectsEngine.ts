import * as v from 'valibot';
import type { ControlState } from '../../../src/contract/services/mixer.ts';
import { settingsSchema } from '../../../src/contract/services/settings.ts';
import { ksLevel } from '../../../src/contract/units.ts';
import { KSNODETYPE } from '../../../src/main/engine/ks/guid.ts';
import type { NodeRegister } from '../../../src/main/engine/ks/nodes/register.ts';
import {
  chorusLevelItem,
  reverbLevelItem,
  widenessItem,
} from '../../../src/main/engine/ks/nodes/fixedPoint.ts';
import { agcItem, loudnessItem } from '../../../src/main/engine/ks/nodes/switch.ts';
import { bassBoostItem, bassItem, trebleItem } from '../../../src/main/engine/ks/nodes/tone.ts';
import { serveBrowserShell } from '../../../src/main/ipc/webServer.ts';
import { MixerService } from '../../../src/main/services/mixerService.ts';
import { installExampleAdapter } from '../../fixtures/exampleAdapter/exampleAdapter.ts';
import { scriptedServices } from '../../main/ipc/scriptedServices.ts';
import { stereo } from '../../support/completeNode.ts';
import {
  install,
  jack,
  muteNode,
  sumNode,
  testPortCls,
  topology,
  volumeNode,
  wires,
} from '../../support/testFilters.ts';
import { nodeOf } from '../../support/testNodes.ts';

const TONE_RANGE = {
  minimum: ksLevel(-12 * 0x10000),
  maximum: ksLevel(12 * 0x10000),
  step: ksLevel(0x18000),
};

/** A 16.16 value of a node. */
class FixedPointRegister implements NodeRegister<number> {
  value: number;

  constructor(value: number) {
    this.value = value;
  }

  readonly read = () => this.value;
  readonly write = (written: number) => void (this.value = written);
}

/**
 * The browser shell over an engine with two cards that together have a control of every class: one with a surround line
 * that has tone, switches and effects, and the specification's worked example, whose recording line has a source.
 */
export async function serveEffectsCard() {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'effects', name: 'Effects card', maxObjects: 2 });
  const registers = {
    bass: stereo(ksLevel(0)),
    treble: stereo(ksLevel(0)),
    boost: stereo(false),
    agc: stereo(false),
    loudness: stereo(false),
    width: new FixedPointRegister(0x10000),
    chorus: new FixedPointRegister(0),
    reverb: new FixedPointRegister(0),
  };
  install(
    portCls,
    adapter,
    'Render',
    topology(
      [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER)],
      [
        volumeNode('CD Volume', 6),
        muteNode('CD Mute', 6),
        nodeOf(
          KSNODETYPE.TONE,
          'Tone',
          bassItem({ ...registers.bass, range: TONE_RANGE }),
          trebleItem({ ...registers.treble, range: TONE_RANGE }),
          bassBoostItem(registers.boost),
        ),
        nodeOf(KSNODETYPE.AGC, 'Limiter', agcItem(registers.agc)),
        nodeOf(KSNODETYPE.LOUDNESS, 'Contour', loudnessItem(registers.loudness)),
        nodeOf(KSNODETYPE.STEREO_WIDE, '3D Depth', widenessItem({ ...registers.width, maximum: 0x20000 })),
        nodeOf(KSNODETYPE.CHORUS, 'Chorus', chorusLevelItem(registers.chorus)),
        nodeOf(KSNODETYPE.REVERB, 'Reverb', reverbLevelItem(registers.reverb)),
        sumNode(),
      ],
      wires(...Array.from({ length: 10 }, (_, node) => [node - 1, 0, node < 9 ? node : -1, 1] as const)),
    ),
  );
  const example = installExampleAdapter(portCls);
  const memory = new Map<string, Record<string, ControlState>>();
  const mixer = new MixerService(portCls, {
    mixerDevices: [],
    mixerDevice: (deviceId) => memory.get(deviceId) ?? {},
    setNode: (deviceId, node, state) => void memory.set(deviceId, { ...memory.get(deviceId), [node]: state }),
  });
  const { served } = scriptedServices();
  const shell = await serveBrowserShell({
    served: {
      ...served,
      implementations: {
        ...served.implementations,
        mixer,
        settings: {
          ...served.implementations.settings,
          get: () => v.parse(settingsSchema, { hintsRead: true }),
        },
      },
    },
    rendererDir: new URL('../../../out/renderer/', import.meta.url),
    port: 0,
  });
  return {
    url: shell.url,
    mixer,
    /** Where the nodes of the effects card keep their values. */
    registers,
    example,
    async dispose() {
      await shell.dispose();
      mixer.dispose();
    },
  };
}
