/** Deleting, gone from the page at once; undo brings the tasks back with their numbers and their history. */
import type { Api } from './api.ts';
import type { Board } from './board.svelte.ts';
import type { Listing } from './listing.svelte.ts';
import { explain, Problem } from './problem.ts';
import { inBatches, named } from './several.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Task } from './types.ts';

export function createRemoval(api: Api, board: Board, listing: Listing, toasts: Toasts) {
  async function removeOne(task: Task): Promise<void> {
    const latest = board.confirmed(task.id) ?? task;
    try {
      await api.remove(task.id, latest.revision);
    } catch (error) {
      // Somebody else was faster: the wish is fulfilled.
      if (!(error instanceof Problem && error.status === 404)) throw error;
    }
    board.forget(task.id, latest.revision);
  }

  async function removeMany(tasks: Task[]): Promise<void> {
    for (const batch of inBatches(tasks)) {
      const { results } = await api.bulk('delete', batch.map(({ id }) => id));
      for (const { id, task } of results) board.forget(id, task?.revision ?? board.confirmed(id)?.revision ?? 0);
    }
  }

  /** True when they are gone. */
  async function removeNow(tasks: Task[], message: number): Promise<boolean> {
    const [first] = tasks;
    try {
      await (first && tasks.length === 1 ? removeOne(first) : removeMany(tasks));
      return true;
    } catch (error) {
      for (const { id } of tasks) board.unhide(id);
      toasts.withdraw(message);
      toasts.error(`${named(tasks)} could not be deleted. ${explain(error)}`);
      return false;
    }
  }

  async function bringBack(tasks: Task[]): Promise<void> {
    try {
      for (const batch of inBatches(tasks)) {
        const { results } = await api.bulk('restore', batch.map(({ id }) => id));
        for (const { task } of results) if (task) board.admit(task, listing.sieve);
      }
    } catch (error) {
      toasts.error(`${named(tasks)} could not be brought back. ${explain(error)}`);
    }
  }

  return function remove(tasks: Task[]): void {
    for (const task of tasks) {
      board.learn(task);
      board.hide(task.id);
    }
    const undo = async () => {
      if (await gone) await bringBack(tasks);
    };
    const message = toasts.undoable(`Deleted ${named(tasks)}`, () => void undo());
    const gone = removeNow(tasks, message);
  };
}
