/** Dates in words, in the user's zone and the browser's language region. */
import { addDays, dayOf, daysBetween, wallClock } from './dates.ts';
import { dueDay, dueTime } from './due.ts';
import type { Task } from './types.ts';

/** Who reads, and when: what every sentence about time depends on. */
export interface Reader {
  now: Date;
  zone: string;
  /** A BCP 47 tag for Intl, such as `en-GB`. */
  locale: string;
}

/** The page speaks English; a reader's English region still decides day order and the 12 or 24 hour clock. */
export function pageLocale(languages: readonly string[]): string {
  return languages.find((language) => /^en\b/i.test(language)) ?? 'en-GB';
}

/** `Today`, `Tomorrow`, `Friday`, `27 Nov`, with the year when it is another. */
export function formatDay(day: string, { now, zone, locale }: Reader): string {
  const today = dayOf(now, zone);
  const distance = daysBetween(today, day);
  if (distance === 0) return 'Today';
  if (distance === 1) return 'Tomorrow';
  if (distance === -1) return 'Yesterday';
  const noon = new Date(`${day}T12:00:00Z`);
  if (distance > 1 && distance < 7) return intl(locale, { weekday: 'long', timeZone: 'UTC' }).format(noon);
  const sameYear = day.slice(0, 4) === today.slice(0, 4);
  return intl(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(noon);
}

/** A wall-clock time such as `17:00` the way the reader's region writes it. */
export function formatTime(time: string, locale: string): string {
  return intl(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`2000-01-01T${time}:00Z`),
  );
}

/** When the first reminder of a task falls: the time alone on the day it is due, `Thursday 09:00` otherwise. */
export function reminderTime(task: Task, reader: Reader): string {
  const at = task.reminders[0]?.remind_at;
  if (!at) return '';
  const sameDay = dayOf(new Date(at), reader.zone) === dueDay(task, reader.zone);
  return sameDay ? formatTime(wallClock(new Date(at), reader.zone).slice(11, 16), reader.locale) : formatInstant(at, reader);
}

/** A task's due date, `Tomorrow 17:00`, or empty. */
export function formatDue(task: Task, reader: Reader): string {
  const day = dueDay(task, reader.zone);
  if (!day) return '';
  const time = dueTime(task, reader.zone);
  return time ? `${formatDay(day, reader)} ${formatTime(time, reader.locale)}` : formatDay(day, reader);
}

/** An instant as a day and a time, `Yesterday 09:12`. */
export function formatInstant(instant: string, reader: Reader): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const time = intl(reader.locale, { timeStyle: 'short', timeZone: reader.zone }).format(date);
  return `${formatDay(dayOf(date, reader.zone), reader)} ${time}`;
}

/** Text such as `2026-11-27` or `2026-11-27T09:00` or an instant, as a preview lists what comes next. */
export function formatMoment(moment: string, reader: Reader): string {
  if (/^\d{4}-\d\d-\d\d$/.test(moment)) return formatDay(moment, reader);
  const local = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:00)?$/.exec(moment);
  if (local?.[1] && local[2]) return `${formatDay(local[1], reader)} ${formatTime(local[2], reader.locale)}`;
  return formatInstant(moment, reader);
}

/** With a capital first letter. */
export const sentence = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** `15 minutes`, `2 hours`, `1 day`. */
export function formatMinutes(minutes: number): string {
  const units: [number, string][] = [[10_080, 'week'], [1_440, 'day'], [60, 'hour']];
  const [size, name] = units.find(([unit]) => minutes >= unit && minutes % unit === 0) ?? [1, 'minute'];
  const count = minutes / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** How long before the due time a reminder comes. */
export const formatLead = (minutes: number) => (minutes ? `${formatMinutes(minutes)} before` : 'When due');

/** The days a person is offered first when choosing a date. */
export function dayShortcuts(now: Date, zone: string): { label: string; day: string }[] {
  const today = dayOf(now, zone);
  return [
    { label: 'Today', day: today },
    { label: 'Tomorrow', day: addDays(today, 1) },
    { label: 'In a week', day: addDays(today, 7) },
  ];
}

const cache = new Map<string, Intl.DateTimeFormat>();

function intl(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let formatter = cache.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, options);
    cache.set(key, formatter);
  }
  return formatter;
}
