import { describe, expect, it } from 'vitest';
import { guid, KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { EchoCancelNode, AlgorithmNode } from '../../../../../src/main/engine/ks/nodes/algorithm.ts';
import { cpuResourcesItem } from '../../../../../src/main/engine/ks/nodes/cpuResources.ts';
import { enableItem, resetItem } from '../../../../../src/main/engine/ks/nodes/topologyNode.ts';
import { ACCESS } from '../../../../../src/main/engine/ks/property.ts';
import { KNOWN_PROPERTIES } from '../../../../../src/main/engine/ks/properties/index.ts';
import { KSPROPERTY_AUDIO as AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_AEC } from '../../../../../src/main/engine/ks/properties/echoCancel.ts';
import { KSPROPERTY_TOPOLOGYNODE } from '../../../../../src/main/engine/ks/properties/topology.ts';
import { nodeFilter, statusOf } from '../../../../support/ksFilter.ts';

describe('what any node may have', () => {
  it('36: CPU_RESOURCES is 0 for hardware, 0x7FFFFFFF for software, and cannot be set', () => {
    const of = (where: 'HOST_CPU' | 'NOT_HOST_CPU') => nodeFilter(KSNODETYPE.VOLUME, cpuResourcesItem(where));
    expect(of('NOT_HOST_CPU').get(AUDIO.CPU_RESOURCES, undefined, 0)).toBe(0);
    const software = of('HOST_CPU');
    expect(software.get(AUDIO.CPU_RESOURCES, undefined, 0)).toBe(0x7fffffff);
    expect(statusOf(() => software.set(AUDIO.CPU_RESOURCES, undefined, 0, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(software.basicSupport(AUDIO.CPU_RESOURCES, 0).access).toBe(ACCESS.GET | ACCESS.BASICSUPPORT);
  });

  it('37: RESET FALSE succeeds without effect, TRUE acts, and it cannot be got', () => {
    let resets = 0;
    const filter = nodeFilter(
      KSNODETYPE.REVERB,
      resetItem(() => resets++),
    );
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, false, 0);
    expect(resets).toBe(0);
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, true, 0);
    expect(resets).toBe(1);
    expect(statusOf(() => filter.get(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
  });

  it('37: an echo canceller starts in pass-through and returns to it by a reset', () => {
    const algorithm = guid('1C22C56D-9879-4F5B-A389-27996DDC2810');
    const node = new EchoCancelNode({ algorithms: [algorithm], where: 'HOST_CPU' });
    const filter = nodeFilter(KSNODETYPE.ACOUSTIC_ECHO_CANCEL, ...node.items());
    const mode = () => filter.get(KSPROPERTY_AEC.MODE, undefined, 0);
    expect([mode(), node.passThrough]).toEqual(['PASS_THROUGH', true]);
    filter.set(KSPROPERTY_AEC.MODE, undefined, 'FULL_DUPLEX', 0);
    filter.set(KSPROPERTY_AEC.NOISE_FILL_ENABLE, undefined, true, 0);
    node.status = 8;
    expect([mode(), node.passThrough, filter.get(KSPROPERTY_AEC.STATUS, undefined, 0)]).toEqual([
      'FULL_DUPLEX',
      false,
      8,
    ]);
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, false, 0);
    expect(node.passThrough).toBe(false);
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, true, 0);
    expect([mode(), node.passThrough, node.status]).toEqual(['PASS_THROUGH', true, 0]);
  });

  it('ENABLE FALSE passes the stream through; enabling twice is harmless', () => {
    const algorithm = guid('5AB0882E-7274-4516-877D-4EEE99BA4FD0');
    const node = new AlgorithmNode({ algorithms: [algorithm], where: 'HOST_CPU' });
    const filter = nodeFilter(KSNODETYPE.NOISE_SUPPRESS, ...node.items());
    node.run();
    const enable = (on: boolean) => filter.set(KSPROPERTY_TOPOLOGYNODE.ENABLE, undefined, on, 0);
    enable(true);
    enable(true);
    expect(node.passThrough).toBe(false);
    enable(false);
    expect([node.passThrough, filter.get(KSPROPERTY_TOPOLOGYNODE.ENABLE, undefined, 0)]).toEqual([
      true,
      false,
    ]);
    const other = guid('950E55B9-877C-4C67-BE08-E47B5611130A');
    expect(statusOf(() => filter.set(AUDIO.ALGORITHM_INSTANCE, undefined, other, 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(node.algorithm).toBe(algorithm);
    let writes = 0;
    const counted = enableItem({ read: () => true, write: () => writes++ });
    nodeFilter(KSNODETYPE.REVERB, counted).set(KSPROPERTY_TOPOLOGYNODE.ENABLE, undefined, true, 0);
    expect(writes).toBe(0);
  });

  it('38: a SUM node knows no property of KSPROPSETID_Audio', () => {
    const filter = nodeFilter(KSNODETYPE.SUM);
    const audio = KNOWN_PROPERTIES.filter(({ set }) => set === AUDIO.MUTE.set);
    expect(audio.length).toBeGreaterThan(40);
    for (const property of audio) {
      expect(statusOf(() => filter.resolve(property, 0))).toBe('STATUS_NOT_FOUND');
    }
  });
});
