/** Short messages at the edge of the page, each with at most two answers. */

export interface Toast {
  id: number;
  tone: 'plain' | 'error' | 'reminder';
  title: string;
  body: string;
  /** Stays until it is dismissed. */
  stays: boolean;
  action?: Answer;
  /** The other answer, where the message asks something. */
  instead?: Answer;
}
export interface Answer {
  label: string;
  run: () => void;
}
export type ToastInput = Partial<Omit<Toast, 'id'>> & { title: string };

const PLAIN_MS = 6_000;
/** With something to decide, or to understand. */
const LONG_MS = 10_000;
/** How many changes can be taken back, one after another. */
const UNDOS = 50;
/** More passing messages than this would cover the page; the oldest gives way. */
const MOST = 4;

export class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #held = false;
  /** What the person did, the latest last; it can be taken back after its message is gone, too. */
  #undos: { id: number; run: () => void }[] = [];
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

  /** A message whose action takes back what was just done; answers its id. */
  undoable(title: string, undo: () => void): number {
    const id = this.show({ title, action: { label: 'Undo', run: undo } });
    this.remember(undo, id);
    return id;
  }

  /** Something that shows by itself that it was done, but can be taken back all the same. */
  remember(undo: () => void, id = 0): void {
    this.#undos = [...this.#undos, { id, run: undo }].slice(-UNDOS);
  }

  /** Gives an answer and removes the toast. */
  act(id: number, answer: Answer): void {
    this.withdraw(id);
    answer.run();
  }

  /** Takes back the last thing that can be; false when there is none. */
  undo(): boolean {
    const last = this.#undos.pop();
    if (!last) return false;
    this.#take(last.id);
    last.run();
    return true;
  }

  /** Removes a message that has turned out untrue, with what it offered to take back. */
  withdraw(id: number): void {
    this.#undos = this.#undos.filter((undo) => undo.id !== id);
    this.#take(id);
  }

  dismiss(id: number): void {
    this.#take(id);
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

  #take(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
    // What is taken away under a pointer does not always tell that the pointer left.
    if (!this.list.length) this.#held = false;
  }
}
