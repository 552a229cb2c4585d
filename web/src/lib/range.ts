/** The due dates a list is narrowed to: names that move with the day, or a span of the calendar. */
import { addDays, dayOf, instantOf } from './dates.ts';

export const NAMED_RANGES = {
  overdue: 'Overdue',
  today: 'Today',
  tomorrow: 'Tomorrow',
  week: 'Next 7 days',
} as const;
export type NamedRange = keyof typeof NAMED_RANGES;

/** Both days belong to the span; null leaves that side open. */
export interface DaySpan {
  from: string | null;
  to: string | null;
}
export type DueRange = NamedRange | DaySpan;

/** Instants: `from` belongs to the range, `to` does not. */
export interface Bounds {
  from: Date | null;
  to: Date | null;
}

/** What a range means at a moment, in a zone. */
export function boundsOf(range: DueRange, now: Date, zone: string): Bounds {
  if (range === 'overdue') return { from: null, to: now };
  const { from, to } = typeof range === 'string' ? named(range, dayOf(now, zone)) : range;
  const midnight = (day: string) => instantOf(`${day}T00:00`, zone);
  return { from: from ? midnight(from) : null, to: to ? midnight(addDays(to, 1)) : null };
}

/** Whether an instant lies in the bounds; nothing without a date does. */
export function within(instant: string | null, { from, to }: Bounds): boolean {
  if (instant === null) return false;
  const at = Date.parse(instant);
  return (from === null || at >= from.getTime()) && (to === null || at < to.getTime());
}

/** Reads `today` or `2026-11-01..2026-11-30` (either day may be left out); null for anything else. */
export function parseRange(text: string): DueRange | null {
  if (isNamed(text)) return text;
  const [, from, to] = /^(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?$/.exec(text) ?? [];
  return spanOf(dayOrNull(from), dayOrNull(to));
}

/** The reverse of `parseRange`. */
export const printRange = (range: DueRange): string =>
  typeof range === 'string' ? range : `${range.from ?? ''}..${range.to ?? ''}`;

/** A span, or null when both sides are open. */
export const spanOf = (from: string | null, to: string | null): DaySpan | null => (from || to ? { from, to } : null);

const isNamed = (text: string): text is NamedRange => Object.hasOwn(NAMED_RANGES, text);

function named(range: Exclude<NamedRange, 'overdue'>, today: string): DaySpan {
  const first = range === 'tomorrow' ? addDays(today, 1) : today;
  return { from: first, to: range === 'week' ? addDays(today, 6) : first };
}

/** Null for a day that no calendar has, such as 30 February. */
function dayOrNull(text: string | undefined): string | null {
  if (!text || Number.isNaN(Date.parse(`${text}T00:00:00Z`))) return null;
  return addDays(text, 0) === text ? text : null;
}
