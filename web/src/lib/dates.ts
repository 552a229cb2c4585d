/**
 * Calendar arithmetic in the user's zone, built on Intl alone. Days are ISO text (`2026-11-22`) so that they compare
 * as strings; instants are `Date`. The current time is always a parameter.
 */

const MINUTE = 60_000;
const DAY = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

function fields(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** True when Intl knows the zone; a server may know newer names than this browser. */
export function isZone(zone: string): boolean {
  try {
    fields(zone);
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of an instant as `2026-11-22T17:00`. */
export function wallClock(instant: Date, zone: string): string {
  const part = Object.fromEntries(fields(zone).formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part['year']?.padStart(4, '0')}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}`;
}

/** The day an instant falls on. */
export function dayOf(instant: Date, zone: string): string {
  return wallClock(instant, zone).slice(0, 10);
}

/** The instant of a wall-clock minute; inside a spring gap it moves forward by the gap. */
export function instantOf(local: string, zone: string): Date {
  const asUtc = Date.parse(`${local}:00Z`);
  const offsetAt = (instant: number) => Date.parse(`${wallClock(new Date(instant), zone)}:00Z`) - floor(instant);
  const first = asUtc - offsetAt(asUtc - DAY);
  const exact = wallClock(new Date(first), zone) === local;
  return new Date(exact ? first : settle(asUtc, first, offsetAt));
}

function settle(asUtc: number, first: number, offsetAt: (instant: number) => number): number {
  const second = asUtc - offsetAt(first);
  return offsetAt(second) === offsetAt(first) ? second : Math.max(first, second);
}

const floor = (instant: number) => Math.floor(instant / MINUTE) * MINUTE;

/** A day some days later (or earlier). */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
}

/** Days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The Sunday that ends the day's week. */
export function endOfWeek(day: string): string {
  return addDays(day, 6 - weekday(day));
}
