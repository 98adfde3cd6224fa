/** Linear gains of the left and the right side. */
export interface SideGains {
  left: number;
  right: number;
}

/**
 * Constant-power pan: the powers of both sides add up to the same in every direction. In the middle both are 1, so
 * that a stereo stream stays as it is there; at an end the side is √2, 3 dB louder.
 *
 * `pan`: -1 left to 1 right. Writes into `gains`.
 */
export function constantPowerPan(pan: number, gains: SideGains): void {
  const angle = ((Math.min(1, Math.max(-1, pan)) + 1) * Math.PI) / 4;
  // Exactly 1 in the middle, whatever the cosine's last bit.
  gains.left = pan === 0 ? 1 : Math.SQRT2 * Math.cos(angle);
  gains.right = pan === 0 ? 1 : Math.SQRT2 * Math.sin(angle);
}
