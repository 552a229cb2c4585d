/** One signed-in person's desk: every part of the page that needs the account, wired together and stopped together. */
import { getContext, setContext } from 'svelte';

import { Account } from './account.svelte.ts';
import { createActions, type Actions } from './actions.ts';
import { addressBar } from './address.ts';
import { createApi, type Api } from './api.ts';
import { Board } from './board.svelte.ts';
import { Chat } from './chat.svelte.ts';
import { clock } from './clock.svelte.ts';
import { NO_FILTERS } from './filters.ts';
import type { Reader } from './format.ts';
import { Listing } from './listing.svelte.ts';
import { Missed } from './missed.ts';
import { Notices } from './notices.svelte.ts';
import { explain } from './problem.ts';
import { Selection } from './selection.svelte.ts';
import { session } from './session.svelte.ts';
import { sightOf } from './sight.ts';
import { connect, type Connection, type LiveSocket } from './socket.ts';
import { Tabs } from './tabs.ts';
import { Toasts } from './toasts.svelte.ts';
import type { ServerFrame, Task } from './types.ts';

/** How often the list is read while the socket is down. */
const POLL_MS = 20_000;

export type Tab = 'tasks' | 'chat';
/** Where the tab's own storage keeps what a phone shows. */
const TAB = 'todo.shows';

export class Desk {
  readonly userId: string;
  readonly api: Api;
  readonly board = new Board();
  readonly toasts = new Toasts();
  readonly selection = new Selection();
  readonly account: Account;
  readonly listing: Listing;
  readonly chat: Chat;
  readonly notices: Notices;
  readonly actions: Actions;
  connection = $state<Connection>('connecting');
  /** What a phone shows; a wide window shows both. */
  #tab = $state<Tab>(sessionStorage.getItem(TAB) === 'chat' ? 'chat' : 'tasks');
  /** The tasks whose sheets are open, the topmost last. */
  opened = $state.raw<Task[]>([]);
  readonly #tabs: Tabs;
  #socket: LiveSocket | null = null;
  #poll: ReturnType<typeof setInterval> | undefined;

  constructor(userId: string) {
    this.userId = userId;
    this.api = createApi(userId, session);
    this.account = new Account(userId, this.api, this.toasts);
    this.listing = new Listing(this.api, this.board, () => this.reader, addressBar);
    this.actions = createActions(this.api, this.board, this.listing, this.toasts, sightOf(this.board));
    this.#tabs = new Tabs(userId);
    const missed = new Missed(userId, this.api);
    this.notices = new Notices(this.toasts, this.#tabs, missed, (id) => void this.openById(id));
    this.chat = new Chat(this.api, userId, (answer) => {
      if (answer.action === 'deleted') return;
      for (const task of answer.tasks) this.board.admit(task, this.listing.sieve);
    });
  }

  get tab(): Tab {
    return this.#tab;
  }

  /** A reload comes back to the same one. */
  set tab(tab: Tab) {
    this.#tab = tab;
    sessionStorage.setItem(TAB, tab);
  }

  get reader(): Reader {
    return this.account.reader;
  }

  /** Opens the connection and reads the list; the answer stops everything. */
  start(websocketUrl: string): () => void {
    void this.listing.refresh();
    void this.account.load();
    this.#socket = connect({
      url: websocketUrl,
      token: () => (session.ended ? null : session.token()),
      lastSequence: () => this.listing.sequence,
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => (this.connection = state),
      onExpired: () => session.expire(),
    });
    this.#poll = setInterval(() => {
      if (this.connection !== 'live' && !document.hidden && !session.ended) void this.listing.refresh();
    }, POLL_MS);
    const stopClock = clock.start(() => this.wake());
    this.look();
    return () => {
      stopClock();
      this.#stop();
    };
  }

  /** The window was shown or hidden. */
  look(): void {
    this.#tabs.look(!document.hidden);
    if (!document.hidden) this.wake();
  }

  /** The window, the network or the computer came back (or went): look at once. */
  wake(): void {
    clock.tick();
    session.check(Date.now());
    this.#socket?.nudge();
  }

  /** Says a line in the chat that was written elsewhere. */
  ask(line: string): void {
    this.tab = 'chat';
    void this.chat.say(line);
  }

  /** Opens the sheet of a task, above those that are open. */
  open(task: Task): void {
    if (this.opened.some(({ id }) => id === task.id)) return;
    this.opened = [...this.opened, this.board.confirmed(task.id) ?? task];
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

  close(task: Task): void {
    this.opened = this.opened.filter(({ id }) => id !== task.id);
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === 'hello') void this.notices.catchUp();
    if (frame.type === 'notification') void this.notices.receive(frame);
    if (frame.type === 'resync') void this.listing.refresh();
    if (frame.type !== 'task') return;
    const known = this.board.confirmed(frame.task_id)?.revision ?? -1;
    if (this.listing.receive(frame) && known < frame.revision) this.board.highlight(frame.task_id);
  }

  /** The next person starts with an address of their own. */
  #stop(): void {
    this.listing.stop();
    this.notices.stop();
    this.#socket?.close();
    this.#tabs.close();
    addressBar.write(NO_FILTERS, 'in place');
    clearInterval(this.#poll);
  }
}

const KEY = Symbol('desk');
export const provideDesk = (desk: Desk): Desk => setContext(KEY, desk);
export const useDesk = (): Desk => getContext<Desk>(KEY);
