/** The tasks picked to be changed together. */
import { SvelteSet } from 'svelte/reactivity';

export class Selection {
  /** While it is on, a click on a task picks it instead of opening it. */
  active = $state(false);
  #ids = new SvelteSet<string>();
  /** Where a range picked with Shift begins. */
  #anchor: string | null = null;

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  start(): void {
    this.active = true;
  }

  end(): void {
    this.active = false;
    this.#ids.clear();
    this.#anchor = null;
  }

  /** Picks a task, or lets it go. */
  toggle(id: string): void {
    this.active = true;
    this.#anchor = id;
    if (!this.#ids.delete(id)) this.#ids.add(id);
  }

  /** Picks everything from the last picked task to this one, in the order on screen. */
  reach(id: string, order: readonly string[]): void {
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)];
    if (from < 0 || to < 0) return this.toggle(id);
    this.active = true;
    this.#anchor ??= id;
    for (const between of order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.#ids.add(between);
  }

  pickAll(order: readonly string[]): void {
    for (const id of order) this.#ids.add(id);
  }
}
