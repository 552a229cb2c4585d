/**
 * The open dialogs, the topmost last. A modal dialog makes everything outside of it inert, so what must stay within
 * reach (the messages) moves into the topmost one. The browser's Back closes the topmost one.
 */
import { tick } from 'svelte';

import { BackStep } from './back.ts';

interface Layer {
  id: string;
  /** Asks the dialog to close; without it the dialog has to be answered. */
  close: (() => void) | undefined;
}

class Layers {
  #open = $state.raw<Layer[]>([]);
  readonly #back = new BackStep(() => this.#goBack());

  get any(): boolean {
    return this.#open.length > 0;
  }

  /** Enters a dialog by its id; the answer takes it out again. */
  enter(id: string, close: (() => void) | undefined): () => void {
    this.#open = [...this.#open, { id, close }];
    this.#settle();
    return () => {
      this.#open = this.#open.filter((other) => other.id !== id);
      // One dialog may give way to the next in the same moment.
      void tick().then(() => this.#settle());
    };
  }

  isTop(id: string): boolean {
    return this.#open.at(-1)?.id === id;
  }

  #settle(): void {
    this.#back.want(this.#open.some(({ close }) => close));
  }

  /** A dialog that asks before it closes, or one below, takes the next Back too. */
  #goBack(): void {
    this.#open.at(-1)?.close?.();
    void tick().then(() => this.#settle());
  }
}

export const layers = new Layers();
