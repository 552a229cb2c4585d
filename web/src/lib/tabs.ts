/**
 * Several tabs of one person in one browser: a browser notification comes from one of them, once, and only while none
 * of them is looked at. Tabs agree through Web Locks, which a closed or crashed tab gives back by itself.
 */

const KEPT = 200;
/** A tab that is looked at shares this lock with the others that are. */
const lookedAt = (userId: string) => `todo.looked-at.${userId}`;
const told = (userId: string) => `todo.told.${userId}`;

export class Tabs {
  readonly #userId: string;
  #lookAway: (() => void) | null = null;

  constructor(userId: string) {
    this.#userId = userId;
  }

  /** The window came to the front, or left it. */
  look(visible: boolean): void {
    if (visible === (this.#lookAway !== null) || !navigator.locks) return;
    this.#lookAway?.();
    this.#lookAway = null;
    if (!visible) return;
    const held = new Promise<void>((release) => (this.#lookAway = release));
    void navigator.locks.request(lookedAt(this.#userId), { mode: 'shared' }, () => held);
  }

  /** True when any tab of this person is looked at. */
  async anyLookedAt(): Promise<boolean> {
    // Without locks (a page that is not served securely) a tab knows only about itself.
    if (!navigator.locks) return !document.hidden;
    const { held } = await navigator.locks.query();
    return held?.some(({ name }) => name === lookedAt(this.#userId)) ?? false;
  }

  /** True for the first tab that asks about an id; the others have to keep quiet about it. */
  first(id: string): Promise<boolean> {
    if (!navigator.locks) return Promise.resolve(true);
    return navigator.locks.request(told(this.#userId), () => this.#note(id));
  }

  #note(id: string): boolean {
    const ids = (localStorage.getItem(told(this.#userId)) ?? '').split(' ').filter(Boolean);
    if (ids.includes(id)) return false;
    localStorage.setItem(told(this.#userId), [...ids, id].slice(-KEPT).join(' '));
    return true;
  }
}
