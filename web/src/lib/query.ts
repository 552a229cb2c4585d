/** The filters above the list: as a request to the server, and as a test for tasks that arrive over the socket. */
import { PRIORITIES, type Priority, type Status, type Task } from './types.ts';

export const SORTS = { due: 'Due date', priority: 'Priority', created: 'Newest', title: 'Title' } as const;
export type SortKey = keyof typeof SORTS;
export type StatusChoice = 'open' | 'completed' | 'all';

export interface Filters {
  status: StatusChoice;
  priorities: Priority[];
  tags: string[];
  project: string | null;
  text: string;
  sort: SortKey;
}

export const NO_FILTERS: Filters = {
  status: 'open',
  priorities: [],
  tags: [],
  project: null,
  text: '',
  sort: 'due',
};

const SERVER_SORT: Record<SortKey, string> = {
  due: 'due_at,-priority',
  priority: '-priority,due_at',
  created: '-created_at',
  title: 'title',
};

/** True when anything narrows the list. */
export function isNarrowed(filters: Filters): boolean {
  return Boolean(
    filters.priorities.length || filters.tags.length || filters.project || filters.text.trim(),
  );
}

/** The query of one page of open or of completed tasks. */
export function queryOf(filters: Filters, status: Status, limit: number, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams({ status, limit: String(limit) });
  query.set('sort', status === 'completed' ? '-completed_at' : SERVER_SORT[filters.sort]);
  if (filters.priorities.length) query.set('priority', filters.priorities.join(','));
  for (const tag of filters.tags) query.append('tag', tag);
  if (filters.tags.length > 1) query.set('tags', 'all');
  if (filters.project) query.set('project', filters.project);
  if (filters.text.trim()) query.set('q', filters.text.trim());
  if (cursor) query.set('cursor', cursor);
  return query;
}

/** Whether a task fits every filter but the text. */
export function fitsFilters(task: Task, filters: Filters): boolean {
  if (filters.priorities.length && !filters.priorities.includes(task.priority)) return false;
  if (filters.project && task.project !== filters.project) return false;
  return filters.tags.every((tag) => task.tags.includes(tag));
}

/** The page's guess at the server's text search: every word occurs in the title, the description or a tag. */
export function fitsText(task: Task, text: string): boolean {
  const hay = [task.title, task.description, ...task.tags, task.project ?? ''].join('\n').toLocaleLowerCase();
  return text.toLocaleLowerCase().split(/\s+/).filter(Boolean).every((word) => hay.includes(word));
}

/** Compares two open tasks in the chosen order; ties fall back to the order they were written in. */
export function compareTasks(sort: SortKey): (a: Task, b: Task) => number {
  const byDue = (a: Task, b: Task) => compare(a.due_at ?? '9999', b.due_at ?? '9999');
  const byPriority = (a: Task, b: Task) => PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority);
  const byNumber = (a: Task, b: Task) => a.number - b.number;
  const orders: Record<SortKey, ((a: Task, b: Task) => number)[]> = {
    due: [byDue, byPriority, byNumber],
    priority: [byPriority, byDue, byNumber],
    created: [(a, b) => byNumber(b, a)],
    title: [(a, b) => a.title.localeCompare(b.title), byNumber],
  };
  return (a, b) => {
    for (const order of orders[sort]) {
      const difference = order(a, b);
      if (difference) return difference;
    }
    return 0;
  };
}

/** Latest completed first. */
export function compareCompleted(a: Task, b: Task): number {
  return compare(b.completed_at ?? b.updated_at, a.completed_at ?? a.updated_at) || b.number - a.number;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
