/** The page's one clock: `now` moves every half minute, so that "today" and "overdue" stay true in an open window. */

const LOOK_MS = 5_000;
const STEP_MS = 30_000;
/** Timers stand still while a computer sleeps: a look this late was a sleep. Hidden tabs look once a minute. */
const SLEPT_MS = 90_000;

class Clock {
  now = $state(new Date());

  /** Moves on until the answer is called; `onWake` hears of every sleep that is over. */
  start(onWake: () => void): () => void {
    let looked = Date.now();
    const timer = setInterval(() => {
      const past = Date.now() - looked;
      looked = Date.now();
      if (looked - this.now.getTime() >= STEP_MS) this.tick();
      if (past > SLEPT_MS) onWake();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }

  /** Reads the time again at once, for a window that was away. */
  tick(): void {
    this.now = new Date();
  }
}

export const clock = new Clock();
