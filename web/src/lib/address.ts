/** The filters in the page's address, so that a reload, a bookmark and the browser's back button keep them. */
import { NO_FILTERS, SORTS, STATUS_CHOICES, type Filters, type SortKey } from './filters.ts';
import { parseRange, printRange } from './range.ts';
import { PRIORITIES } from './types.ts';

/** Where filters are kept between visits. */
export interface Address {
  read(): Filters;
  /** Writes the filters down, as a step that "back" undoes or in place of the last one. */
  write(filters: Filters, how: 'step' | 'in place'): void;
}

/** The address bar. Other parts of the address, and what the history holds, are left alone. */
export const addressBar: Address = {
  read: () => filtersOf(new URLSearchParams(location.search)),
  write(filters, how) {
    const search = addressOf(filters).toString();
    const url = search ? `?${search}` : location.pathname;
    if (how === 'step') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  },
};

/** The filters an address asks for; what this page does not know counts as left out. */
export function filtersOf(query: URLSearchParams): Filters {
  const chosen = (name: string) => query.get(name) ?? '';
  return {
    status: STATUS_CHOICES.find((status) => status === chosen('status')) ?? NO_FILTERS.status,
    priorities: PRIORITIES.filter((priority) => query.getAll('priority').includes(priority)),
    tags: [...new Set(query.getAll('tag').filter(Boolean))],
    tagMatch: chosen('tags') === 'any' ? 'any' : 'all',
    project: chosen('project') || null,
    due: parseRange(chosen('due')),
    text: chosen('q'),
    sort: (Object.keys(SORTS) as SortKey[]).find((sort) => sort === chosen('sort')) ?? NO_FILTERS.sort,
  };
}

/** The reverse of `filtersOf`; what everybody starts with is left out. */
export function addressOf(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  if (filters.status !== NO_FILTERS.status) query.set('status', filters.status);
  for (const priority of filters.priorities) query.append('priority', priority);
  for (const tag of filters.tags) query.append('tag', tag);
  if (filters.tagMatch === 'any' && filters.tags.length) query.set('tags', 'any');
  if (filters.project) query.set('project', filters.project);
  if (filters.due) query.set('due', printRange(filters.due));
  if (filters.text.trim()) query.set('q', filters.text.trim());
  if (filters.sort !== NO_FILTERS.sort) query.set('sort', filters.sort);
  return query;
}
