/** What a task's due date means to the person reading it. */
import { dayOf, wallClock } from './dates.ts';
import type { Task } from './types.ts';

/** The day a task is due, or null. A plain day stays that day in every zone. */
export function dueDay(task: Task, zone: string): string | null {
  if (!task.due) return null;
  if ('date' in task.due) return task.due.date;
  return task.due_at ? dayOf(new Date(task.due_at), zone) : localDay(task);
}

/** The wall-clock time a task is due as `17:00`, or null for a whole day. */
export function dueTime(task: Task, zone: string): string | null {
  if (!task.due || 'date' in task.due) return null;
  if (task.due_at) return wallClock(new Date(task.due_at), zone).slice(11);
  return 'local' in task.due ? task.due.local.slice(11, 16) : null;
}

/** Open and past its due instant. */
export function isOverdue(task: Task, now: Date): boolean {
  return task.status === 'open' && task.due_at !== null && Date.parse(task.due_at) < now.getTime();
}

function localDay(task: Task): string | null {
  return task.due && 'local' in task.due ? task.due.local.slice(0, 10) : null;
}
