/** The page's one clock: `now` moves every half minute, so that "today" and "overdue" stay true in an open window. */

const STEP_MS = 30_000;

class Clock {
  now = $state(new Date());

  start(): () => void {
    const timer = setInterval(() => this.tick(), STEP_MS);
    return () => clearInterval(timer);
  }

  /** Reads the time again at once, for a window that was asleep. */
  tick(): void {
    this.now = new Date();
  }
}

export const clock = new Clock();
