/** What is done with the tasks a person picked. */
import { tick } from 'svelte';

import type { Desk } from './desk.svelte.ts';
import type { Task } from './types.ts';

/** The picked tasks as they are now. */
export const pickedTasks = (desk: Desk): Task[] => desk.selection.ids.flatMap((id) => desk.board.find(id) ?? []);

/** The titles of the tasks on screen, in the order a person sees them. */
export const titles = () => [...document.querySelectorAll<HTMLElement>('[data-open]')];

/** The ids of the tasks on screen, in the same order. */
export const shownIds = (): string[] => titles().map((title) => title.dataset['open'] ?? '');

/** Most tasks that are picked at once: reading on takes time, and so does what is done with them. */
const MOST = 1_000;

/** Picks every task the filters let through, those that were not read yet too. */
export async function pickAll(desk: Desk): Promise<void> {
  const complete = await desk.listing.readOn(MOST);
  await tick();
  if (!desk.selection.active) return;
  desk.selection.pickAll(shownIds());
  if (!complete) desk.toasts.show({ title: `${desk.selection.size} tasks are selected, but there are more` });
}

/** Where completing leads: all to completed, or back to open when all are completed. */
export const nextStatus = (tasks: readonly Task[]) =>
  tasks.every(({ status }) => status === 'completed') ? 'open' : 'completed';

/** Completes or reopens the picked tasks and lets them go. */
export function completePicked(desk: Desk): void {
  const tasks = pickedTasks(desk);
  desk.selection.end();
  void desk.actions.change(tasks, nextStatus(tasks));
}

export function removePicked(desk: Desk): void {
  const tasks = pickedTasks(desk);
  desk.selection.end();
  desk.actions.remove(tasks);
}
