/** What a person can do to tasks, shown before the server has answered. */
import type { Api } from './api.ts';
import type { Board } from './board.svelte.ts';
import { createCompletion } from './completion.ts';
import { inverseOf } from './draft.ts';
import { NO_FILTERS } from './filters.ts';
import type { Listing } from './listing.svelte.ts';
import { explain, Problem } from './problem.ts';
import { createRemoval } from './removal.ts';
import { named } from './several.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Task, TaskPatch } from './types.ts';

export type Actions = ReturnType<typeof createActions>;

/** Where a person looks: whether a task's row is in sight, and how it comes there. */
export interface Sight {
  sees: (id: string) => Promise<boolean>;
  show: (id: string) => void;
}
/** Nobody looks. */
const NO_SIGHT: Sight = { sees: () => Promise.resolve(true), show: () => {} };

export function createActions(api: Api, board: Board, listing: Listing, toasts: Toasts, sight: Sight = NO_SIGHT) {
  const change = createCompletion(api, board, listing, toasts);
  const remove = createRemoval(api, board, listing, toasts);

  async function show(task: Task): Promise<void> {
    if (board.admit(task, listing.sieve)) {
      if (await sight.sees(task.id)) return;
      toasts.show({ title: `Added “${task.title}”`, action: { label: 'Show', run: () => sight.show(task.id) } });
      return;
    }
    toasts.show({
      title: `Added “${task.title}”`,
      body: 'The filters hide it.',
      action: { label: 'Show all', run: () => listing.narrow(NO_FILTERS) },
    });
  }

  /** Adds the task a line describes. A line that is an order or a question belongs into the chat. */
  async function add(text: string): Promise<'added' | 'refused' | 'for-chat'> {
    try {
      const task = await api.quickAdd(text);
      void show(task);
      toasts.remember(() => remove([task]));
      return 'added';
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_a_task') return 'for-chat';
      toasts.error(explain(error));
      return 'refused';
    }
  }

  /** Adds a task for each line, one after another; answers the lines that could not be added. */
  async function addEach(lines: readonly string[]): Promise<string[]> {
    const added: Task[] = [];
    const refused: string[] = [];
    let failure: unknown;
    for (const line of lines) {
      try {
        const task = await api.quickAdd(line);
        board.admit(task, listing.sieve);
        added.push(task);
      } catch (error) {
        refused.push(line);
        failure = error;
      }
    }
    if (added.length) toasts.undoable(`Added ${named(added)}`, () => remove(added));
    if (refused.length) toasts.error(`${refused.length} of ${lines.length} lines could not be added. ${explain(failure)}`);
    return refused;
  }

  /** Completes an open task, reopens a completed one. */
  const toggle = (task: Task) => change([task], task.status === 'open' ? 'completed' : 'open', task.status !== 'open');

  /** Saves changes made on top of one version; throws the `Problem`, since the sheet must keep its draft. */
  async function save(base: Task, patch: TaskPatch): Promise<void> {
    const saved = await api.patch(base.id, patch, base.revision);
    board.admit(saved, listing.sieve);
    toasts.undoable(`Changed ${named([saved])}`, () => void unsave(saved, inverseOf(patch, base)));
  }

  async function unsave(saved: Task, patch: TaskPatch): Promise<void> {
    try {
      board.admit(await api.patch(saved.id, patch, saved.revision), listing.sieve);
    } catch (error) {
      const newer = error instanceof Problem && error.status === 412;
      toasts.error(newer ? `${named([saved])} has been changed again since.` : explain(error));
    }
  }

  return { add, addEach, change, toggle, remove, save };
}
