/** What a person can do to a task. Shown at once, taken back when the server refuses. */
import type { Api } from './api.ts';
import type { Board } from './board.svelte.ts';
import type { Listing } from './listing.svelte.ts';
import { NO_FILTERS } from './query.ts';
import { explain, Problem } from './problem.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Task, TaskPatch } from './types.ts';

export type Actions = ReturnType<typeof createActions>;

export function createActions(api: Api, board: Board, listing: Listing, toasts: Toasts) {
  /** Tasks whose last change is still on its way: a second click waits for its answer. */
  const busy = new Set<string>();

  function show(task: Task): void {
    if (board.admit(task, listing.filters)) return;
    toasts.show({
      title: `Added “${task.title}”`,
      body: 'The filters hide it.',
      action: { label: 'Show all', run: () => listing.narrow(NO_FILTERS) },
    });
  }

  /** Adds the task a line describes. A line that is an order or a question belongs into the chat. */
  async function add(text: string): Promise<'added' | 'refused' | 'for-chat'> {
    try {
      show(await api.quickAdd(text));
      return 'added';
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_a_task') return 'for-chat';
      toasts.error(explain(error));
      return 'refused';
    }
  }

  /** Completes an open task, reopens a completed one. */
  async function toggle(task: Task, quiet = false): Promise<void> {
    if (busy.has(task.id)) return;
    busy.add(task.id);
    board.learn(task);
    const completing = task.status === 'open';
    const completed_at = completing ? new Date().toISOString() : null;
    board.expect(task.id, { status: completing ? 'completed' : 'open', completed_at });
    try {
      const saved = await (completing ? api.complete(task.id) : api.reopen(task.id));
      board.admit(saved, listing.filters);
      if (!quiet && completing) offerReopen(saved);
    } catch (error) {
      toasts.error(`“${task.title}” was not changed. ${explain(error)}`);
    } finally {
      board.settle(task.id);
      busy.delete(task.id);
    }
  }

  function offerReopen(task: Task): void {
    toasts.show({
      title: `Completed “${task.title}”`,
      action: { label: 'Undo', run: () => void toggle(board.find(task.id) ?? task, true) },
    });
  }

  /** Hides the task at once and deletes it when the time to undo is over. */
  function remove(task: Task): void {
    board.learn(task);
    board.hide(task.id);
    toasts.show({
      title: `Deleted “${task.title}”`,
      action: { label: 'Undo', run: () => board.unhide(task.id) },
      onGone: () => void removeNow(task),
    });
  }

  async function removeNow(task: Task): Promise<void> {
    try {
      const latest = board.confirmed(task.id) ?? task;
      await api.remove(task.id, latest.revision);
      board.forget(task.id, latest.revision);
    } catch (error) {
      const gone = error instanceof Problem && error.status === 404;
      if (gone) return board.forget(task.id, task.revision);
      board.unhide(task.id);
      toasts.error(`“${task.title}” was not deleted. ${explain(error)}`);
    }
  }

  /** Saves changes made on top of one version; throws the `Problem`, since the sheet must keep its draft. */
  async function save(base: Task, patch: TaskPatch): Promise<Task> {
    const saved = await api.patch(base.id, patch, base.revision);
    board.admit(saved, listing.filters);
    return saved;
  }

  return { add, toggle, remove, save };
}
