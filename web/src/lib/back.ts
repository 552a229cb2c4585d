/**
 * One step of the browser's history that Back takes back before it leaves the place: what is open on top of the page
 * closes, and the page below stays as it is. A step that is no longer needed is given back.
 */

/** Marks the step in the history; after a reload it is still there, and is taken up again. */
const MARK = { todo: 'dialog' };
const marked = (state: unknown) => (state as typeof MARK | null)?.todo === MARK.todo;

export class BackStep {
  readonly #onBack: () => void;
  #wanted = false;
  #taken = false;
  /** The address that holds when a step that is being given back has gone. */
  #returning: string | null = null;

  /** `onBack` is told when the person went back over the step. */
  constructor(onBack: () => void) {
    this.#onBack = onBack;
    // Before everybody else: a step over a dialog is none through the filters.
    globalThis.addEventListener?.('popstate', (event) => this.#pop(event), { capture: true });
  }

  /** Says whether there is anything to close. */
  want(wanted: boolean): void {
    this.#wanted = wanted;
    if (this.#returning !== null || wanted === this.#taken) return;
    this.#taken = wanted;
    if (!wanted) {
      this.#returning = location.href;
      history.back();
    } else if (!marked(history.state)) {
      history.pushState(MARK, '', location.href);
    }
  }

  #pop(event: Event): void {
    if (this.#returning !== null) {
      // What was open may have changed the address.
      if (location.href !== this.#returning) history.replaceState(history.state, '', this.#returning);
      this.#returning = null;
      event.stopImmediatePropagation();
      this.want(this.#wanted);
    } else if (this.#taken) {
      this.#taken = false;
      event.stopImmediatePropagation();
      this.#onBack();
    }
  }
}
