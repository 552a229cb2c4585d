/**
 * The open dialogs, the topmost last. A modal dialog makes everything outside of it inert, so what must stay within
 * reach (the messages) moves into the topmost one.
 */

class Layers {
  #open = $state<string[]>([]);

  get any(): boolean {
    return this.#open.length > 0;
  }

  /** Enters a dialog by its id; the answer takes it out again. */
  enter(id: string): () => void {
    this.#open.push(id);
    return () => (this.#open = this.#open.filter((other) => other !== id));
  }

  isTop(id: string): boolean {
    return this.#open.at(-1) === id;
  }
}

export const layers = new Layers();
