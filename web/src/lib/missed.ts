/**
 * What a person was told while this page had no connection: a socket that moves to another server, a laptop that slept.
 * The browser's storage remembers up to which instant it knows everything, and what was shown since; every tab adds to
 * it, so that a reload or a second tab tells nothing again.
 */
import { Problem } from './problem.ts';
import type { Task, Told, ToldPage } from './types.ts';

/** How many shown ones are remembered; an answer has fewer. */
const REMEMBERED = 200;
/** More than this is not looked into: who comes back after weeks reads the list. */
const LOOKED_INTO = 10;

export interface Source {
  told(since: string | null): Promise<ToldPage>;
  get(id: string): Promise<Pick<Task, 'status'>>;
}

interface Kept {
  until: string | null;
  shown: string[];
}

export class Missed {
  readonly #key: string;
  readonly #source: Source;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(userId: string, source: Source, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage) {
    this.#key = `todo.told.${userId}`;
    this.#source = source;
    this.#storage = storage;
  }

  /** Remembers that a tab shows it. */
  shown(id: string): void {
    const { until, shown } = this.#kept();
    if (!shown.includes(id)) this.#keep({ until, shown: [...shown, id].slice(-REMEMBERED) });
  }

  /**
   * What no tab has shown, the newest few, without what is about tasks that are done or gone. A browser that asks for the
   * first time has missed nothing. Throws a `Problem` when the server cannot say; ask again then.
   */
  async ask(): Promise<Told[]> {
    const since = this.#kept().until;
    const { notifications, until } = await this.#source.told(since);
    const { shown } = this.#kept();
    const unseen = since === null ? [] : notifications.filter(({ id }) => !shown.includes(id));
    const missed = unseen.slice(-LOOKED_INTO);
    const open = await Promise.all(missed.map((told) => this.#isOpen(told)));
    // Other tabs may have shown something meanwhile.
    this.#keep({ until, shown: this.#kept().shown });
    return missed.filter((_, index) => open[index]);
  }

  async #isOpen({ task_id }: Told): Promise<boolean> {
    if (task_id === null) return true;
    try {
      return (await this.#source.get(task_id)).status === 'open';
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return false;
      throw error;
    }
  }

  #kept(): Kept {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key) ?? '{}') as Partial<Kept>;
      return { until: kept.until ?? null, shown: Array.isArray(kept.shown) ? kept.shown : [] };
    } catch {
      // Somebody else's text under our name: as in a new browser.
      return { until: null, shown: [] };
    }
  }

  #keep(kept: Kept): void {
    try {
      this.#storage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing, or no more: what was missed may then be shown twice, or not at all, after a reload.
    }
  }
}
