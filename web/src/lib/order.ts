/** The order of tasks on the page, the same as the server's. */
import type { SortKey } from './filters.ts';
import { PRIORITIES, type Task } from './types.ts';

type Compare = (a: Task, b: Task) => number;

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byDue: Compare = (a, b) => compare(a.due_at ?? '9999', b.due_at ?? '9999');
const byPriority: Compare = (a, b) => PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority);
const byNumber: Compare = (a, b) => a.number - b.number;

const ORDERS: Record<SortKey, readonly Compare[]> = {
  due: [byDue, byPriority, byNumber],
  priority: [byPriority, byDue, byNumber],
  created: [(a, b) => byNumber(b, a)],
  title: [(a, b) => a.title.localeCompare(b.title), byNumber],
};

/** Compares two open tasks in the chosen order; ties fall back to the order they were written in. */
export function compareTasks(sort: SortKey): Compare {
  return (a, b) => {
    for (const order of ORDERS[sort]) {
      const difference = order(a, b);
      if (difference) return difference;
    }
    return 0;
  };
}

/** Latest completed first. */
export const compareCompleted: Compare = (a, b) =>
  compare(b.completed_at ?? b.updated_at, a.completed_at ?? a.updated_at) || b.number - a.number;
