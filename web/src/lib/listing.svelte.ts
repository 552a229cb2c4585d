/**
 * Reads the list from the server and keeps it in step with the frames of the socket. Open and completed tasks are two
 * lanes with a cursor each; the completed lane is only read once somebody looks at it.
 */
import type { Address } from './address.ts';
import type { Api } from './api.ts';
import { backoff } from './backoff.ts';
import type { Board } from './board.svelte.ts';
import { sieveOf, type Filters, type Sieve } from './filters.ts';
import type { Reader } from './format.ts';
import { explain } from './problem.ts';
import { queryOf } from './query.ts';
import { SequenceGate } from './sequence.ts';
import type { Status, TaskFrame } from './types.ts';

const PAGE = 50;
const LARGEST_PAGE = 200;

interface Lane {
  cursor: string | null;
  loaded: boolean;
  /** Tasks read so far, so that a fresh listing reaches as far as the person had scrolled. */
  size: number;
}
const emptyLane = (): Lane => ({ cursor: null, loaded: false, size: 0 });

export class Listing {
  filters = $state.raw<Filters>() as Filters;
  loading = $state(false);
  /** Why the last listing failed, empty when it did not. */
  failure = $state('');
  lanes = $state<Record<Status, Lane>>({ open: emptyLane(), completed: emptyLane() });
  /** Whether the completed tasks under the open ones are unfolded. */
  showCompleted = $state(false);

  readonly #api: Api;
  readonly #board: Board;
  readonly #reader: () => Reader;
  readonly #address: Address;
  readonly #gate = new SequenceGate<TaskFrame>();
  #running: AbortController | null = null;
  #failures = 0;
  /** The reading that was begun last. */
  #work: Promise<void> = Promise.resolve();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, board: Board, reader: () => Reader, address: Address) {
    this.#api = api;
    this.#board = board;
    this.#reader = reader;
    this.#address = address;
    this.filters = address.read();
  }

  get sequence(): number | null {
    return this.#gate.last;
  }

  /** What the filters let through now. Until the server has answered, the page guesses what it will find. */
  get sieve(): Sieve {
    const sieve = sieveOf(this.filters, this.#reader());
    const answered = this.lanes.open.loaded || this.lanes.completed.loaded;
    return answered ? sieve : { ...sieve, keeps: sieve.welcomes };
  }

  /** Changes filters, in the address too, and reads the list they ask for. */
  narrow(change: Partial<Filters>): void {
    // Letters typed into one search are one step back.
    const typing = Object.keys(change).join() === 'text' && Boolean(change.text && this.filters.text);
    this.#choose({ ...this.filters, ...change });
    this.#address.write(this.filters, typing ? 'in place' : 'step');
  }

  /** The address was changed by the browser's back or forward button. */
  followAddress(): void {
    const filters = this.#address.read();
    if (JSON.stringify(filters) !== JSON.stringify(this.filters)) this.#choose(filters);
  }

  unfoldCompleted(open: boolean): void {
    this.showCompleted = open;
    if (open && !this.lanes.completed.loaded) void (this.loading ? this.refresh() : this.more('completed'));
  }

  /** Reads the first page of every lane on screen; a newer call takes over from a running one. */
  refresh(): Promise<void> {
    return (this.#work = this.#refresh());
  }

  async #refresh(): Promise<void> {
    clearTimeout(this.#retry);
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#gate.begin();
    this.loading = true;
    try {
      const lanes = this.#wanted();
      const sequences = await Promise.all(lanes.map((lane) => this.#page(lane, true, running.signal)));
      if (running.signal.aborted) return;
      this.#listed(Math.min(...sequences));
    } catch (error) {
      if (!running.signal.aborted) this.#failed(error);
    } finally {
      if (this.#running === running) this.loading = false;
    }
  }

  /** Reads on where the lane's last page ended, unless something is being read: then that is waited for. */
  more(lane: Status): Promise<void> {
    if (!this.loading) this.#work = this.#more(lane);
    return this.#work;
  }

  async #more(lane: Status): Promise<void> {
    const signal = this.#running?.signal;
    this.loading = true;
    try {
      await this.#page(lane, !this.lanes[lane].loaded, signal);
    } catch (error) {
      // A listing that took over says itself how it went.
      if (!signal?.aborted) this.failure = explain(error);
    } finally {
      if (this.#running?.signal === signal) this.loading = false;
    }
  }

  /** Reads every lane on screen to its end, or up to `most` tasks; false when there are more. */
  async readOn(most: number): Promise<boolean> {
    for (const lane of this.#wanted()) {
      while (this.lanes[lane].cursor && !this.failure) {
        if (this.lanes[lane].size >= most) return false;
        await this.more(lane);
      }
    }
    return !this.failure;
  }

  /** A change somebody made: applied, or the reason to list again. Answers whether it was applied. */
  receive(frame: TaskFrame): boolean {
    const verdict = this.#gate.offer(frame);
    if (verdict === 'apply') this.#apply(frame);
    if (verdict === 'relist') void this.refresh();
    return verdict === 'apply';
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#running?.abort();
  }

  #choose(filters: Filters): void {
    this.filters = filters;
    this.lanes = { open: emptyLane(), completed: emptyLane() };
    void this.refresh();
  }

  #wanted(): Status[] {
    const { status } = this.filters;
    if (status === 'all') return ['open', 'completed'];
    if (status === 'completed') return ['completed'];
    return this.showCompleted ? ['open', 'completed'] : ['open'];
  }

  async #page(lane: Status, first: boolean, signal: AbortSignal | undefined): Promise<number> {
    const { cursor, size } = this.lanes[lane];
    const limit = first ? Math.min(LARGEST_PAGE, Math.max(PAGE, size)) : PAGE;
    const wanted = { lane, limit, cursor: first ? null : cursor };
    const page = await this.#api.list(queryOf(this.filters, this.#reader(), wanted), signal);
    if (signal?.aborted) return page.sequence;
    this.#board.fill(lane, page.tasks, first);
    const reached = page.tasks.length + (first ? 0 : size);
    this.lanes[lane] = { cursor: page.next_cursor, loaded: true, size: reached };
    return page.sequence;
  }

  #listed(sequence: number): void {
    this.failure = '';
    const { apply, relist } = this.#gate.settle(sequence);
    for (const frame of apply) this.#apply(frame);
    if (relist) this.#later(0);
    else this.#failures = 0;
  }

  #failed(error: unknown): void {
    this.failure = explain(error);
    for (const frame of this.#gate.abandon().apply) this.#apply(frame);
    this.#later(2);
  }

  /** Lists again after a pause that grows while it does not help, from doubling number `start` on. */
  #later(start: number): void {
    this.#retry = setTimeout(() => void this.refresh(), backoff(start + this.#failures++, Math.random));
  }

  #apply(frame: TaskFrame): void {
    if (frame.event_type === 'deleted') this.#board.forget(frame.task_id, frame.revision);
    else this.#board.admit(frame.task, this.sieve);
  }
}
