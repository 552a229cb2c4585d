/** How long to wait before the next try: doubling with full jitter, so that a thousand windows do not return at once. */

const FIRST_MS = 500;
const CEILING_MS = 30_000;

/** Milliseconds before try number `attempt` (0 for the first); `random` is in [0, 1). */
export function backoff(attempt: number, random: () => number): number {
  const ceiling = Math.min(CEILING_MS, FIRST_MS * 2 ** attempt);
  return Math.round(ceiling / 4 + random() * (ceiling * 3) / 4);
}
