import { describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { JACK_CAPABILITY, KSPROPERTY_JACK } from '../../../../src/main/engine/ks/properties/jack.ts';
import { PCM_OUT_PIN } from '../../../fixtures/exampleAdapter/wave.ts';
import { headphones, JACK_PIN } from '../../../support/headphones.ts';

describe('a jack with detection', () => {
  it('106: plugged in, has its wave filter registered, then connected, then says that it is connected', () => {
    const { driver, order, isConnected } = headphones();
    expect([order, isConnected()]).toEqual([[], false]);
    driver.pluggedIn();
    expect(order).toEqual(['Wave arrival', 'connection', 'IsConnected true']);
    driver.pluggedIn();
    expect(order).toHaveLength(3);
  });

  it('107: pulled out, is disconnected, then loses its wave filter, then says so; its own filter stays', () => {
    const { adapter, driver, topology, order, isConnected } = headphones({ plugged: true });
    expect(isConnected()).toBe(true);
    const pin = adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
    let removed = '';
    pin.onRemoved((reason) => (removed = reason));
    pin.setState('RUN');
    order.length = 0;
    driver.pulledOut();
    expect(order).toEqual(['connection', 'Wave removal', 'IsConnected false']);
    expect([pin.state, removed]).toEqual(['STOP', 'The subdevice was unregistered.']);
    expect(adapter.subdevices).toEqual([topology]);
    driver.pluggedIn();
    expect(isConnected()).toBe(true);
  });
});

describe('a jack without detection', () => {
  it('108: is always connected, and does not claim to know it', () => {
    const { driver, topology, order, isConnected } = headphones({ detection: false });
    const [capabilities] = topology.filter.get(KSPROPERTY_JACK.DESCRIPTION2, { pinId: JACK_PIN });
    expect(capabilities!.jackCapabilities & JACK_CAPABILITY.PRESENCE_DETECT).toBe(0);
    expect(isConnected()).toBe(true);
    order.length = 0;
    driver.pulledOut();
    expect([order, isConnected()]).toEqual([[], true]);
  });
});
