/** Long enough to be steady, short enough to follow a network that changes. */
const WINDOW_MS = 10_000;
const SAMPLE_MS = 250;
/** Less is a guess. */
const LEAST_MS = 1_000;

/** How fast something grows. */
export interface Speed {
  /** Notes how much there is. */
  note(amount: number): void;
  /** What was added a second, lately; `undefined` until enough is known, or where nothing came. */
  perSecond(): number | undefined;
}

/** @param now Milliseconds since any moment. */
export function createSpeed(now: () => number): Speed {
  let samples: { at: number; amount: number }[] = [];
  let latest = { at: now(), amount: 0 };
  return {
    note(amount) {
      // Less than before: something was thrown away, and the count begins anew.
      if (amount < latest.amount) samples = [];
      latest = { at: now(), amount };
      const last = samples.at(-1);
      if (!last || latest.at - last.at >= SAMPLE_MS) samples.push(latest);
      const old = samples.findIndex(({ at }) => latest.at - at <= WINDOW_MS);
      samples.splice(0, old);
    },
    perSecond() {
      const [first] = samples;
      if (!first || now() - first.at < LEAST_MS || latest.amount <= first.amount) return undefined;
      return ((latest.amount - first.amount) / (now() - first.at)) * 1000;
    },
  };
}
