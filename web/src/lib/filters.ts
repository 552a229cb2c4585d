/** What the list is narrowed to, and the test for tasks that arrive over the socket. */
import type { Reader } from './format.ts';
import { boundsOf, within, type DueRange } from './range.ts';
import type { Priority, Task } from './types.ts';

export const SORTS = { due: 'Due date', priority: 'Priority', created: 'Newest', title: 'Title' } as const;
export type SortKey = keyof typeof SORTS;
export const STATUS_CHOICES = ['open', 'completed', 'all'] as const;
export type StatusChoice = (typeof STATUS_CHOICES)[number];
/** Whether a task needs every chosen tag, or one of them. */
export type TagMatch = 'all' | 'any';

export interface Filters {
  status: StatusChoice;
  priorities: Priority[];
  tags: string[];
  tagMatch: TagMatch;
  project: string | null;
  due: DueRange | null;
  text: string;
  sort: SortKey;
}

export const NO_FILTERS: Filters = {
  status: 'open',
  priorities: [],
  tags: [],
  tagMatch: 'all',
  project: null,
  due: null,
  text: '',
  sort: 'due',
};

/** How many choices of the filter panel narrow the list. */
export function activeChoices({ priorities, tags, project, due }: Filters): number {
  return priorities.length + tags.length + (project ? 1 : 0) + (due ? 1 : 0);
}

/** True when anything narrows the list, the search included. */
export const isNarrowed = (filters: Filters): boolean => activeChoices(filters) > 0 || filters.text.trim() !== '';

/** Filters at a moment: what they let through. */
export interface Sieve {
  sort: SortKey;
  /** Whether a listed task still belongs to the list. What the search finds is the server's word. */
  keeps: (task: Task) => boolean;
  /** Whether a task that the server has not listed would be in the list. */
  welcomes: (task: Task) => boolean;
}

export function sieveOf(filters: Filters, { now, zone }: Pick<Reader, 'now' | 'zone'>): Sieve {
  const { priorities, tags, tagMatch, project, due, text, sort } = filters;
  const bounds = due && boundsOf(due, now, zone);
  const keeps = (task: Task): boolean => {
    if (priorities.length && !priorities.includes(task.priority)) return false;
    if (project && task.project !== project) return false;
    if (bounds && !within(task.due_at, bounds)) return false;
    const has = (tag: string) => task.tags.includes(tag);
    return tags.length === 0 || (tagMatch === 'any' ? tags.some(has) : tags.every(has));
  };
  return { sort, keeps, welcomes: (task) => keeps(task) && fitsText(task, text) };
}

/** The page's guess at the server's text search: every word occurs in the title, the description or a label. */
function fitsText(task: Task, text: string): boolean {
  const hay = [task.title, task.description, ...task.tags, task.project ?? ''].join('\n').toLocaleLowerCase();
  return text.toLocaleLowerCase().split(/\s+/).filter(Boolean).every((word) => hay.includes(word));
}
