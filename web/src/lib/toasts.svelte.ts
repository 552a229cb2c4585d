/** Short messages at the edge of the page, each with at most one action. */

export interface Toast {
  id: number;
  tone: 'plain' | 'error' | 'reminder';
  title: string;
  body: string;
  action?: { label: string; run: () => void };
  /** Called once when the toast goes away without its action. */
  onGone?: () => void;
}
export type ToastInput = Partial<Omit<Toast, 'id'>> & { title: string };

const PLAIN_MS = 6_000;
const ERROR_MS = 10_000;
/** More than this would cover the page; the oldest gives way. */
const MOST = 5;

export class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a message and answers its id. Reminders stay until they are dismissed. */
  show(input: ToastInput): number {
    const toast: Toast = { tone: 'plain', body: '', ...input, id: this.#next++ };
    this.list.push(toast);
    const oldest = this.list[0];
    if (this.list.length > MOST && oldest) this.dismiss(oldest.id);
    if (toast.tone !== 'reminder') this.#arm(toast.id, toast.tone === 'error' ? ERROR_MS : PLAIN_MS);
    return toast.id;
  }

  error(message: string): void {
    if (this.list.some((toast) => toast.tone === 'error' && toast.title === message)) return;
    this.show({ tone: 'error', title: message });
  }

  /** Runs the action and removes the toast. */
  act(id: number): void {
    this.#take(id)?.action?.run();
  }

  dismiss(id: number): void {
    this.#take(id)?.onGone?.();
  }

  /** Gives every toast up at once, for when the page is left. */
  flush(): void {
    for (const { id } of [...this.list]) this.dismiss(id);
  }

  /** A pointer or the focus rests on the toasts: none may vanish under it. */
  hold(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  release(): void {
    for (const { id, tone } of this.list) if (tone !== 'reminder') this.#arm(id, PLAIN_MS);
  }

  #arm(id: number, milliseconds: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.dismiss(id), milliseconds));
  }

  #take(id: number): Toast | undefined {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const found = this.list.find((toast) => toast.id === id);
    this.list = this.list.filter((toast) => toast.id !== id);
    return found;
  }
}
