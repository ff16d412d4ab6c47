/** How far a probability stays from 0 and 1, which have no finite logit. */
const EDGE = 1e-12;

/** The score before a model made a probability of it: 0 for one half, beyond it for more. From -28 to 28. */
export function logit(probability: number): number {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, probability));
  return Math.log(inside / (1 - inside));
}
