/** The filters as a request to the server. */
import type { Filters, SortKey } from './filters.ts';
import type { Reader } from './format.ts';
import { boundsOf } from './range.ts';
import type { Status } from './types.ts';

const SERVER_SORT: Record<SortKey, string> = {
  due: 'due_at,-priority',
  priority: '-priority,due_at',
  created: '-created_at',
  title: 'title',
};

/** Which part of the list is asked for. */
export interface Page {
  lane: Status;
  limit: number;
  cursor: string | null;
}

/** The query of one page of open or of completed tasks. */
export function queryOf(filters: Filters, { now, zone }: Pick<Reader, 'now' | 'zone'>, page: Page): URLSearchParams {
  const query = new URLSearchParams({ status: page.lane, limit: String(page.limit) });
  query.set('sort', page.lane === 'completed' ? '-completed_at' : SERVER_SORT[filters.sort]);
  if (filters.priorities.length) query.set('priority', filters.priorities.join(','));
  for (const tag of filters.tags) query.append('tag', tag);
  if (filters.tags.length > 1) query.set('tags', filters.tagMatch);
  if (filters.project) query.set('project', filters.project);
  if (filters.due === 'overdue') query.set('overdue', 'true');
  else if (filters.due) {
    const { from, to } = boundsOf(filters.due, now, zone);
    if (from) query.set('due_from', from.toISOString());
    if (to) query.set('due_to', to.toISOString());
  }
  if (filters.text.trim()) query.set('q', filters.text.trim());
  if (page.cursor) query.set('cursor', page.cursor);
  return query;
}
