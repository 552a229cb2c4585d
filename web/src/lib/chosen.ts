/** The filters that are on, each in words and with what takes it off again. */
import type { Filters } from './filters.ts';
import { formatDay, sentence, type Reader } from './format.ts';
import { NAMED_RANGES, type DueRange } from './range.ts';

export interface Chosen {
  words: string;
  without: Partial<Filters>;
}

export function chosenFilters(filters: Filters, reader: Reader): Chosen[] {
  const { due, priorities, tags, project } = filters;
  return [
    ...(due ? [{ words: rangeWords(due, reader), without: { due: null } }] : []),
    ...priorities.map((one) => ({
      words: `${sentence(one)} priority`,
      without: { priorities: priorities.filter((other) => other !== one) },
    })),
    ...tags.map((one) => ({ words: `#${one}`, without: { tags: tags.filter((other) => other !== one) } })),
    ...(project ? [{ words: project, without: { project: null } }] : []),
  ];
}

/** `Next 7 days`, `27 Nov to 3 Dec`, `From 27 Nov`. */
export function rangeWords(range: DueRange, reader: Reader): string {
  if (typeof range === 'string') return range === 'overdue' ? NAMED_RANGES.overdue : `Due ${NAMED_RANGES[range].toLowerCase()}`;
  const from = range.from && formatDay(range.from, reader);
  const to = range.to && formatDay(range.to, reader);
  if (from && to) return from === to ? `Due ${from}` : `Due ${from} to ${to}`;
  return from ? `Due from ${from}` : `Due up to ${to}`;
}
