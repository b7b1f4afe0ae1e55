import * as math from "../math/index.js";
import { Draws } from "./draws.js";
import { normalFromUniform } from "./normal.js";

/** The von Mises distribution, as in the core (`crates/array/src/random/vonmises.rs`), where the source stands. */

/** An angle from -pi to pi around 0 of a concentration. */
export function vonmisesFromUniform(uniform: number, concentration: number): number {
  if (Number.isNaN(concentration) || concentration < 0) return Number.NaN;
  if (concentration < 1e-8) return Math.PI * (2 * uniform - 1);
  if (concentration > 1e6) return clamp(normalFromUniform(uniform) / Math.sqrt(concentration), Math.PI);
  return byRejection(Draws.of(uniform), concentration);
}

function byRejection(draws: Draws, concentration: number): number {
  const s = envelope(concentration);
  for (;;) {
    const z = math.cos(Math.PI * draws.uniform());
    const w = (1 + s * z) / (s + z);
    const y = concentration * (s - w);
    const v = 1 - draws.uniform();
    if (y * (2 - y) - v >= 0 || math.log(y / v) + 1 - y >= 0) {
      const angle = math.acos(clamp(w, 1));
      return draws.uniform() < 0.5 ? -angle : angle;
    }
  }
}

function envelope(concentration: number): number {
  if (concentration < 1e-5) return 1 / concentration + concentration;
  const r = 1 + Math.sqrt(1 + 4 * concentration * concentration);
  const rho = (r - Math.sqrt(2 * r)) / (2 * concentration);
  return (1 + rho * rho) / (2 * rho);
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
