/**
 * Reminders and changes by others, shown once: in the page always, and through the browser when the window is hidden
 * and the person allowed it. Permission is asked for on a click, never by itself.
 */
import { formatLateness } from './format.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { NotificationFrame } from './types.ts';

const REMEMBERED = 500;

export class Notices {
  permission = $state<NotificationPermission | 'unsupported'>(
    typeof Notification === 'undefined' ? 'unsupported' : Notification.permission,
  );
  readonly #toasts: Toasts;
  readonly #open: (taskId: string) => void;
  #seen = new Set<string>();

  constructor(toasts: Toasts, open: (taskId: string) => void) {
    this.#toasts = toasts;
    this.#open = open;
  }

  /** Asks the browser for permission; call it from a click only. */
  async ask(): Promise<void> {
    if (this.permission === 'unsupported') return;
    this.permission = await Notification.requestPermission();
  }

  receive(frame: NotificationFrame): void {
    if (this.#seen.has(frame.id)) return;
    this.#remember(frame.id);
    this.#toast(frame);
    if (document.hidden && this.permission === 'granted') this.#browser(frame);
  }

  #toast(frame: NotificationFrame): void {
    const taskId = frame.task_id;
    this.#toasts.show({
      tone: frame.kind === 'reminder' ? 'reminder' : 'plain',
      title: frame.title,
      body: [frame.body, formatLateness(frame.late_by_ms)].filter(Boolean).join(' · '),
      ...(taskId ? { action: { label: 'Open', run: () => this.#open(taskId) } } : {}),
    });
  }

  #browser(frame: NotificationFrame): void {
    // The tag makes the browser show one notification although several tabs ask for it.
    const shown = new Notification(frame.title, { body: frame.body, tag: frame.id, icon: '/favicon.svg' });
    shown.onclick = () => {
      window.focus();
      if (frame.task_id) this.#open(frame.task_id);
      shown.close();
    };
  }

  #remember(id: string): void {
    this.#seen.add(id);
    const oldest = this.#seen.values().next().value;
    if (this.#seen.size > REMEMBERED && oldest) this.#seen.delete(oldest);
  }
}
