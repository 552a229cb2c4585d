/**
 * Reminders and changes by others, shown once: in the page always, and through the browser when no window of the
 * person is looked at and they allowed it. Permission is asked for on a click, never by itself.
 */
import type { Missed } from './missed.ts';
import type { Tabs } from './tabs.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Told } from './types.ts';

const REMEMBERED = 500;
/** More missed ones than this are told in one message. */
const ONE_BY_ONE = 3;
/** How long after a failure the server is asked again for what was missed. */
const AGAIN_MS = 20_000;

export class Notices {
  permission = $state<NotificationPermission | 'unsupported'>(
    typeof Notification === 'undefined' ? 'unsupported' : Notification.permission,
  );
  readonly #toasts: Toasts;
  readonly #tabs: Tabs;
  readonly #missed: Missed;
  readonly #open: (taskId: string) => void;
  #seen = new Set<string>();
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(toasts: Toasts, tabs: Tabs, missed: Missed, open: (taskId: string) => void) {
    this.#toasts = toasts;
    this.#tabs = tabs;
    this.#missed = missed;
    this.#open = open;
  }

  /** Asks the browser for permission; call it from a click only. */
  async ask(): Promise<void> {
    if (this.permission === 'unsupported') return;
    this.permission = await Notification.requestPermission();
  }

  /** The connection is there (again): shows what was told meanwhile. */
  async catchUp(): Promise<void> {
    clearTimeout(this.#again);
    let told: Told[];
    try {
      told = await this.#missed.ask();
    } catch {
      // Whatever is away shows by itself; nothing is lost by asking later.
      this.#again = setTimeout(() => void this.catchUp(), AGAIN_MS);
      return;
    }
    const missed = told.filter(({ id }) => !this.#seen.has(id));
    for (const { id } of missed) this.#remember(id);
    if (missed.length > ONE_BY_ONE) this.#summary(missed);
    else for (const one of missed) this.#toast(one);
  }

  /** Nothing is asked any more. */
  stop(): void {
    clearTimeout(this.#again);
  }

  async receive(frame: Told): Promise<void> {
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

  #toast(frame: Told): void {
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

  #summary(missed: Told[]): void {
    // Each in its own direction of writing.
    const titles = missed.map(({ title }) => `“\u2068${title}\u2069”`);
    this.#toasts.show({
      tone: 'reminder',
      stays: true,
      title: `While you were away: ${missed.length} notifications`,
      body: titles.join(', '),
    });
  }

  #browser(frame: Told): void {
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
    this.#missed.shown(id);
    this.#seen.add(id);
    const oldest = this.#seen.values().next().value;
    if (this.#seen.size > REMEMBERED && oldest) this.#seen.delete(oldest);
  }
}
