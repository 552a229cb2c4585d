/**
 * Everything this window knows about tasks. The server's versions are kept untouched; what the person just did but
 * the server has not answered yet lies over them and is simply taken away when it fails.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Sieve } from './filters.ts';
import { compareCompleted, compareTasks } from './order.ts';
import type { Status, Task } from './types.ts';

/** How long a task stays in its place after it changed sides, so that the eye can follow. */
const LINGER_MS = 650;
const FRESH_MS = 2_000;

export class Board {
  #known = new SvelteMap<string, Task>();
  #overlay = new SvelteMap<string, Partial<Task>>();
  #hidden = new SvelteSet<string>();
  #lingering = new SvelteSet<string>();
  #fresh = new SvelteSet<string>();
  #lanes = { open: new SvelteSet<string>(), completed: new SvelteSet<string>() };
  /** Revisions at which tasks were deleted, so that a late answer does not bring one back. */
  #gone = new Map<string, number>();

  /** The newest version known, with what is still on its way to the server. */
  find(id: string): Task | undefined {
    const task = this.#known.get(id);
    const overlay = this.#overlay.get(id);
    return task && overlay ? { ...task, ...overlay } : task;
  }

  /** The newest version the server has confirmed. */
  confirmed(id: string): Task | undefined {
    return this.#known.get(id);
  }

  /** The tasks of one lane that fit the filters, in order. */
  visible(lane: Status, sieve: Sieve): Task[] {
    const tasks: Task[] = [];
    for (const id of this.#lanes[lane]) {
      const task = this.find(id);
      if (!task || this.#hidden.has(id)) continue;
      const side = this.#lingering.has(id) ? other(task.status) : task.status;
      if (side === lane && sieve.keeps(task)) tasks.push(task);
    }
    return tasks.sort(lane === 'open' ? compareTasks(sieve.sort) : compareCompleted);
  }

  /** Every tag and project seen so far, for the filters and the sheet. */
  labels(): { tags: string[]; projects: string[] } {
    const tags = new Set<string>();
    const projects = new Set<string>();
    for (const task of this.#known.values()) {
      for (const tag of task.tags) tags.add(tag);
      if (task.project) projects.add(task.project);
    }
    return { tags: [...tags].sort(), projects: [...projects].sort() };
  }

  /** A page of a listing: the first one replaces the lane. */
  fill(lane: Status, tasks: Task[], first: boolean): void {
    if (first) this.#lanes[lane].clear();
    for (const task of tasks) if (this.learn(task)) this.#lanes[lane].add(task.id);
  }

  /** Takes a version if it is not older than the one known; false when the task is gone or newer here. */
  learn(task: Task): boolean {
    if ((this.#gone.get(task.id) ?? -1) >= task.revision) return false;
    this.#gone.delete(task.id);
    const known = this.#known.get(task.id);
    if (known && known.revision >= task.revision) return true;
    if (known && known.status !== task.status && !this.#overlay.has(task.id)) this.linger(task.id);
    this.#known.set(task.id, task);
    return true;
  }

  /** A task that was made or changed just now: shown when it fits the filters. True when it is shown. */
  admit(task: Task, sieve: Sieve): boolean {
    if (!this.learn(task)) return false;
    const listed = this.#lanes.open.has(task.id) || this.#lanes.completed.has(task.id);
    if (!listed && !sieve.welcomes(task)) return false;
    this.#lanes[task.status].add(task.id);
    return true;
  }

  forget(id: string, revision: number): void {
    this.#gone.set(id, Math.max(revision, this.#gone.get(id) ?? 0));
    this.#known.delete(id);
    this.#overlay.delete(id);
    this.#hidden.delete(id);
    for (const lane of Object.values(this.#lanes)) lane.delete(id);
  }

  /** Shows a change before the server has confirmed it; `settle` takes it away again. */
  expect(id: string, change: Partial<Task>): void {
    const task = this.find(id);
    if (!task) return;
    if (change.status && change.status !== task.status) {
      this.linger(id);
      this.#lanes[change.status].add(id);
    }
    this.#overlay.set(id, { ...this.#overlay.get(id), ...change });
  }

  settle(id: string): void {
    this.#overlay.delete(id);
  }

  hide(id: string): void {
    this.#hidden.add(id);
  }

  unhide(id: string): void {
    this.#hidden.delete(id);
  }

  isFresh(id: string): boolean {
    return this.#fresh.has(id);
  }

  /** Marks a task that somebody else changed, so that its row lights up for a moment. */
  highlight(id: string): void {
    this.#fresh.add(id);
    setTimeout(() => this.#fresh.delete(id), FRESH_MS);
  }

  private linger(id: string): void {
    this.#lingering.add(id);
    setTimeout(() => this.#lingering.delete(id), LINGER_MS);
  }
}

const other = (status: Status): Status => (status === 'open' ? 'completed' : 'open');
