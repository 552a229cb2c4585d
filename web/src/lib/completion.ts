/** Completing and reopening: shown at once, taken back when the server refuses. */
import type { Api } from './api.ts';
import type { Board } from './board.svelte.ts';
import type { Listing } from './listing.svelte.ts';
import { explain, Problem } from './problem.ts';
import { inBatches, named } from './several.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Status, Task } from './types.ts';

export function createCompletion(api: Api, board: Board, listing: Listing, toasts: Toasts) {
  /** Tasks whose last change is still on its way: a second click waits for its answer. */
  const busy = new Set<string>();

  async function send(tasks: Task[], completing: boolean): Promise<Task[]> {
    const [first] = tasks;
    if (first && tasks.length === 1) return [await (completing ? api.complete(first.id) : api.reopen(first.id))];
    const saved: Task[] = [];
    for (const batch of inBatches(tasks)) {
      const { results } = await api.bulk(completing ? 'complete' : 'reopen', batch.map(({ id }) => id));
      for (const { id, task } of results) {
        if (task) saved.push(task);
        else board.forget(id, 0);
      }
    }
    return saved;
  }

  function show(task: Task, status: Status): void {
    busy.add(task.id);
    board.learn(task);
    board.expect(task.id, { status, completed_at: status === 'completed' ? new Date().toISOString() : null });
  }

  /** Brings tasks to a status; those that have it already are left alone. */
  async function change(tasks: Task[], status: Status, quiet = false): Promise<void> {
    const wanted = tasks.filter((task) => task.status !== status && !busy.has(task.id));
    if (!wanted.length) return;
    for (const task of wanted) show(task, status);
    try {
      const saved = await send(wanted, status === 'completed');
      for (const task of saved) board.admit(task, listing.sieve);
      if (!quiet && saved.length) offerUndo(saved, status);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) for (const { id } of wanted) board.forget(id, 0);
      toasts.error(`${named(wanted)} could not be changed. ${explain(error)}`);
    } finally {
      for (const { id } of wanted) {
        board.settle(id);
        busy.delete(id);
      }
    }
  }

  function offerUndo(tasks: Task[], status: Status): void {
    const [back, did] = status === 'completed' ? (['open', 'Completed'] as const) : (['completed', 'Reopened'] as const);
    toasts.undoable(`${did} ${named(tasks)}`, () => void change(tasks.map(latest), back, true));
  }
  const latest = (task: Task) => board.find(task.id) ?? task;

  return change;
}
