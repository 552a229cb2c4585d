/** One signed-in person's desk: every part of the page that needs the account, wired together and stopped together. */
import { getContext, setContext } from 'svelte';

import { createActions } from './actions.ts';
import { createApi, type Api } from './api.ts';
import { Board } from './board.svelte.ts';
import { Chat } from './chat.svelte.ts';
import { clock } from './clock.svelte.ts';
import { isZone } from './dates.ts';
import { pageLocale, type Reader } from './format.ts';
import { Listing } from './listing.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { explain } from './problem.ts';
import { connect, type Connection, type LiveSocket } from './socket.ts';
import { Toasts } from './toasts.svelte.ts';
import type { Login, ServerFrame, Settings, Task } from './types.ts';

const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** How often the list is read while the socket is down. */
const POLL_MS = 20_000;

export class Desk {
  readonly userId: string;
  readonly api: Api;
  readonly board = new Board();
  readonly toasts = new Toasts();
  readonly listing: Listing;
  readonly chat: Chat;
  readonly notices: Notices;
  readonly actions: ReturnType<typeof createActions>;
  connection = $state<Connection>('connecting');
  settings = $state<Settings | null>(null);
  /** What a phone shows; a wide window shows both. */
  tab = $state<'tasks' | 'chat'>('tasks');
  /** The task whose sheet is open. */
  opened = $state<Task | null>(null);
  readonly #token: string;
  readonly #onExpired: () => void;
  #socket: LiveSocket | null = null;
  #poll: ReturnType<typeof setInterval> | undefined;

  constructor(login: Login, onExpired: () => void) {
    this.userId = login.user_id;
    this.#token = login.token;
    this.#onExpired = onExpired;
    this.api = createApi({ token: login.token, userId: login.user_id, onExpired });
    this.listing = new Listing(this.api, this.board);
    this.actions = createActions(this.api, this.board, this.listing, this.toasts);
    this.notices = new Notices(this.toasts, (id) => void this.openById(id));
    this.chat = new Chat(this.api, login.user_id, (answer) => {
      if (answer.action === 'deleted') return;
      for (const task of answer.tasks) this.board.admit(task, this.listing.filters);
    });
  }

  /** Who reads the page, for every date on it. */
  get reader(): Reader {
    const zone = this.settings?.zone;
    return {
      now: clock.now,
      zone: zone && isZone(zone) ? zone : BROWSER_ZONE,
      locale: pageLocale(navigator.languages),
    };
  }

  start(websocketUrl: string): () => void {
    void this.listing.refresh();
    void this.#loadSettings();
    this.#socket = connect({
      url: websocketUrl,
      token: this.#token,
      lastSequence: () => this.listing.sequence,
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => (this.connection = state),
      onExpired: this.#onExpired,
    });
    this.#poll = setInterval(() => {
      if (this.connection !== 'live' && !document.hidden) void this.listing.refresh();
    }, POLL_MS);
    return () => this.#stop();
  }

  /** The window or the network came back (or went): look at once. */
  wake(): void {
    clock.tick();
    this.#socket?.nudge();
  }

  /** Says a line in the chat that was written elsewhere. */
  ask(line: string): void {
    this.tab = 'chat';
    void this.chat.say(line);
  }

  open(task: Task): void {
    this.opened = this.board.confirmed(task.id) ?? task;
  }

  async openById(id: string): Promise<void> {
    try {
      const task = await this.api.get(id);
      this.board.learn(task);
      this.open(task);
    } catch (error) {
      this.toasts.error(explain(error));
    }
  }

  async saveSettings(settings: Settings): Promise<void> {
    this.settings = await this.api.saveSettings(settings);
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === 'notification') this.notices.receive(frame);
    if (frame.type === 'resync') void this.listing.refresh();
    if (frame.type !== 'task') return;
    const known = this.board.confirmed(frame.task_id)?.revision ?? -1;
    if (this.listing.receive(frame) && known < frame.revision) this.board.highlight(frame.task_id);
  }

  async #loadSettings(): Promise<void> {
    try {
      this.settings = await this.api.settings();
      this.#offerZone(this.settings);
    } catch (error) {
      this.toasts.error(explain(error));
    }
  }

  /** A person elsewhere than their settings say is asked once per tab, not corrected. */
  #offerZone(settings: Settings): void {
    if (settings.zone === BROWSER_ZONE || sessionStorage.getItem('todo.zone-asked')) return;
    sessionStorage.setItem('todo.zone-asked', 'yes');
    this.toasts.show({
      title: `Your tasks use the time zone ${settings.zone}`,
      action: {
        label: `Use ${BROWSER_ZONE}`,
        run: () => void this.saveSettings({ ...settings, zone: BROWSER_ZONE }).catch((e) => this.toasts.error(explain(e))),
      },
    });
  }

  #stop(): void {
    this.toasts.flush();
    this.listing.stop();
    this.#socket?.close();
    clearInterval(this.#poll);
  }
}

const KEY = Symbol('desk');
export const provideDesk = (desk: Desk): Desk => setContext(KEY, desk);
export const useDesk = (): Desk => getContext<Desk>(KEY);
