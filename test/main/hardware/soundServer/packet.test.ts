import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { encodePacket, PacketReader } from '../../../../src/main/hardware/soundServer/packet.ts';

const first = Buffer.from('the first');
const empty = Buffer.alloc(0);
const large = Buffer.alloc(100_000, 7);
const stream = Buffer.concat([
  encodePacket(first),
  encodePacket(empty),
  encodePacket(large),
  encodePacket(first),
]);

describe('packets', () => {
  it('come out whole, in whatever pieces they come in', () => {
    for (const size of [1, 2, 19, 20, 21, 29, 4096, stream.length]) {
      const reader = new PacketReader();
      const bodies: Buffer[] = [];
      for (let offset = 0; offset < stream.length; offset += size) {
        bodies.push(...reader.push(stream.subarray(offset, offset + size)));
      }
      expect(bodies, `pieces of ${size}`).toEqual([first, empty, large, first]);
    }
  });

  it('of sound data are skipped', () => {
    const sound = encodePacket(Buffer.alloc(50, 1));
    sound.writeUInt32BE(3, 4);
    expect(new PacketReader().push(Buffer.concat([sound, encodePacket(first)]))).toEqual([first]);
  });

  it('of an absurd length are refused', () => {
    const liar = encodePacket(empty);
    liar.writeUInt32BE(0xffffffff, 0);
    expect(() => new PacketReader().push(liar)).toThrow(PinwheelError);
  });
});
