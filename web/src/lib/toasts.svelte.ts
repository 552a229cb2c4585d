/** Short messages at the edge of the page, each with at most one action. */

export interface Toast {
  id: number;
  tone: 'plain' | 'error' | 'reminder';
  title: string;
  body: string;
  /** Stays until it is dismissed. */
  stays: boolean;
  action?: ToastAction;
  /** Called once when the toast goes away without its action. */
  onGone?: () => void;
}
export interface ToastAction {
  label: string;
  run: () => void;
  /** It takes back what the person just did: the key for undo reaches it. */
  undoes?: boolean;
}
export type ToastInput = Partial<Omit<Toast, 'id'>> & { title: string };

const PLAIN_MS = 6_000;
/** With something to decide, or to understand. */
const LONG_MS = 10_000;
/** More passing messages than this would cover the page; the oldest gives way. */
const MOST = 4;

export class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #held = false;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a message and answers its id. */
  show(input: ToastInput): number {
    const toast: Toast = { tone: 'plain', body: '', stays: false, ...input, id: this.#next++ };
    this.list.push(toast);
    const passing = this.list.filter(({ stays }) => !stays);
    if (passing.length > MOST && passing[0]) this.dismiss(passing[0].id);
    if (!this.#held) this.#arm(toast);
    return toast.id;
  }

  error(message: string): void {
    if (this.list.some((toast) => toast.tone === 'error' && toast.title === message)) return;
    this.show({ tone: 'error', title: message });
  }

  /** A message whose action takes back what was just done. */
  undoable(title: string, undo: () => void, onGone?: () => void): void {
    this.show({ title, action: { label: 'Undo', run: undo, undoes: true }, ...(onGone ? { onGone } : {}) });
  }

  /** Runs the action and removes the toast. */
  act(id: number): void {
    this.#take(id)?.action?.run();
  }

  /** Takes back the last thing that can be; false when there is none. */
  undo(): boolean {
    const last = this.list.findLast(({ action }) => action?.undoes);
    if (last) this.act(last.id);
    return last !== undefined;
  }

  dismiss(id: number): void {
    this.#take(id)?.onGone?.();
  }

  dismissAll(): void {
    for (const { id } of [...this.list]) this.dismiss(id);
  }

  /** A pointer or the focus rests on the toasts: none may vanish under it. */
  hold(): void {
    this.#held = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  release(): void {
    this.#held = false;
    for (const toast of this.list) this.#arm(toast);
  }

  #arm({ id, stays, tone, action }: Toast): void {
    if (stays) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.dismiss(id), tone === 'error' || action ? LONG_MS : PLAIN_MS));
  }

  #take(id: number): Toast | undefined {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const found = this.list.find((toast) => toast.id === id);
    this.list = this.list.filter((toast) => toast.id !== id);
    // What is taken away under a pointer does not always tell that the pointer left.
    if (!this.list.length) this.#held = false;
    return found;
  }
}
