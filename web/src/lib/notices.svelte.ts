/**
 * Reminders and changes by others, shown once: in the page always, and through the browser when no window of the
 * person is looked at and they allowed it. Permission is asked for on a click, never by itself.
 */
import type { Tabs } from './tabs.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { NotificationFrame } from './types.ts';

const REMEMBERED = 500;

export class Notices {
  permission = $state<NotificationPermission | 'unsupported'>(
    typeof Notification === 'undefined' ? 'unsupported' : Notification.permission,
  );
  readonly #toasts: Toasts;
  readonly #tabs: Tabs;
  readonly #open: (taskId: string) => void;
  #seen = new Set<string>();

  constructor(toasts: Toasts, tabs: Tabs, open: (taskId: string) => void) {
    this.#toasts = toasts;
    this.#tabs = tabs;
    this.#open = open;
  }

  /** Asks the browser for permission; call it from a click only. */
  async ask(): Promise<void> {
    if (this.permission === 'unsupported') return;
    this.permission = await Notification.requestPermission();
  }

  async receive(frame: NotificationFrame): Promise<void> {
    if (this.#seen.has(frame.id)) return;
    this.#remember(frame.id);
    this.#toast(frame);
    // A tab that is looked at takes its turn too: what was seen there is not told again by another one.
    const mine = await this.#tabs.first(frame.id);
    if (mine && this.#allowed() && !(await this.#tabs.anyLookedAt())) this.#browser(frame);
  }

  /** Asked anew each time: the person may have allowed it in another tab, or in the browser's settings. */
  #allowed(): boolean {
    if (this.permission !== 'unsupported') this.permission = Notification.permission;
    return this.permission === 'granted';
  }

  #toast(frame: NotificationFrame): void {
    const taskId = frame.task_id;
    const reminder = frame.kind === 'reminder';
    this.#toasts.show({
      tone: reminder ? 'reminder' : 'plain',
      // What comes while nobody looks is still there when somebody does.
      stays: reminder || document.hidden,
      title: frame.title,
      body: frame.body,
      ...(taskId ? { action: { label: 'Open', run: () => this.#open(taskId) } } : {}),
    });
  }

  #browser(frame: NotificationFrame): void {
    let shown: Notification;
    try {
      shown = new Notification(frame.title, { body: frame.body, tag: frame.id, icon: '/favicon.svg' });
    } catch {
      // Some phones only let service workers notify; the message in the page has to do.
      return;
    }
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
