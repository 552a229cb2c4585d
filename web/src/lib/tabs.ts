/**
 * Several tabs of one person in one browser: a browser notification comes from one of them, once, and only while none
 * of them is looked at. Tabs agree through Web Locks, which are the same for all of them at every moment (storage is
 * not: another tab may read it a little late) and which a closed or crashed tab gives back by itself.
 */

/** How many ids a tab keeps for itself; by then the other tabs have long heard of the oldest. */
const KEPT = 100;

export class Tabs {
  readonly #userId: string;
  #lookAway: (() => void) | null = null;
  #kept: (() => void)[] = [];

  constructor(userId: string) {
    this.#userId = userId;
  }

  /** The window came to the front, or left it. */
  look(visible: boolean): void {
    if (visible === (this.#lookAway !== null) || !navigator.locks) return;
    this.#lookAway?.();
    this.#lookAway = null;
    if (!visible) return;
    const looking = new Promise<void>((release) => (this.#lookAway = release));
    // Shared with the other tabs that are looked at.
    void navigator.locks.request(this.#lookedAt, { mode: 'shared' }, () => looking);
  }

  /** True when any tab of this person is looked at. */
  async anyLookedAt(): Promise<boolean> {
    // Without locks (a page that is not served securely) a tab knows only about itself.
    if (!navigator.locks) return !document.hidden;
    const { held } = await navigator.locks.query();
    return held?.some(({ name }) => name === this.#lookedAt) ?? false;
  }

  /** True for the first tab that asks about an id; the others have to keep quiet about it. */
  first(id: string): Promise<boolean> {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((answer) => {
      void navigator.locks.request(`todo.told.${this.#userId}.${id}`, { ifAvailable: true }, (lock) => {
        answer(lock !== null);
        return lock ? this.#keep() : undefined;
      });
    });
  }

  /** Lets everything go. */
  close(): void {
    this.look(false);
    for (const release of this.#kept.splice(0)) release();
  }

  get #lookedAt(): string {
    return `todo.looked-at.${this.#userId}`;
  }

  #keep(): Promise<void> {
    if (this.#kept.length >= KEPT) this.#kept.shift()?.();
    return new Promise((release) => this.#kept.push(release));
  }
}
