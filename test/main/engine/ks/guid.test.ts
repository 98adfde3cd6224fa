import { describe, expect, it } from 'vitest';
import {
  constantName,
  friendlyName,
  guid,
  KSAUDFNAME,
  KSCATEGORY,
  KSNODETYPE,
  PINNAME_CAPTURE,
} from '../../../../src/main/engine/ks/guid.ts';

describe('GUID tables', () => {
  it('25: the category of a pin with USB terminal 0x0605 starts with DFF21FE5', () => {
    expect(KSNODETYPE.SPDIF_INTERFACE).toBe('DFF21FE5-F70F-11D0-B917-00A0C9223196');
  });

  it('count every terminal of the USB classes, each with its own GUID', () => {
    const terminals = Object.values(KSNODETYPE).filter((id) => id.endsWith('B917-00A0C9223196'));
    expect(terminals.length).toBe(6 + 7 + 5 + 3 + 7 + 19);
    expect(new Set(Object.values(KSNODETYPE)).size).toBe(Object.keys(KSNODETYPE).length);
    expect(KSNODETYPE.SYNTHESIZER.startsWith('DFF220F3')).toBe(true);
  });

  it('let a synthesizer and an echo canceller be node type and category at once', () => {
    expect(KSCATEGORY.SYNTHESIZER).toBe(KSNODETYPE.SYNTHESIZER);
    expect(KSCATEGORY.ACOUSTIC_ECHO_CANCEL).toBe(KSNODETYPE.ACOUSTIC_ECHO_CANCEL);
  });

  it('name every entry for people and by its constant', () => {
    for (const table of [KSNODETYPE, KSCATEGORY, KSAUDFNAME]) {
      for (const id of Object.values(table)) {
        expect(friendlyName(id)).not.toBe(id);
        expect(constantName(id)).not.toBe(id);
      }
    }
    expect(constantName(KSNODETYPE.EFFECTS_3D)).toBe('KSNODETYPE_3D_EFFECTS');
    expect(constantName(KSAUDFNAME.MASTER_VOLUME)).toBe('KSAUDFNAME_MASTER_VOLUME');
    expect(constantName(PINNAME_CAPTURE)).toBe('PINNAME_CAPTURE');
    const unknown = guid('{12345678-1234-1234-1234-123456789abc}');
    expect([friendlyName(unknown), constantName(unknown)]).toEqual([unknown, unknown]);
  });

  it('refuse text that is no GUID', () => {
    for (const text of ['', '12345678', '12345678-1234-1234-1234-123456789ABG']) {
      expect(() => guid(text)).toThrow(RangeError);
    }
  });
});
