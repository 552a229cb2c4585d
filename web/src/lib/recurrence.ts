/** Repeat rules in words, and the rules a person can pick without knowing RFC 5545. */
import { weekday } from './dates.ts';
import { sentence } from './format.ts';
import type { Recurrence } from './types.ts';

const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December',
];
const UNITS: Record<string, string> = {
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
};

/** `every Friday`, `every 2 weeks on Monday and Thursday`, `last workday of every month`. */
export function describeRecurrence(recurrence: Pick<Recurrence, 'rule' | 'mode'>): string {
  const words = describeRule(recurrence.rule);
  return recurrence.mode === 'after_completion' ? `${words}, counted from completion` : words;
}

/** A rule in words; one that is too special for words is shown as it is written. */
export function describeRule(rule: string): string {
  const parts = parseRule(rule);
  if (!parts) return rule.trim().split(/\s+/).length === 5 ? `on schedule ${rule.trim()}` : rule;
  const unit = UNITS[parts.get('FREQ') ?? ''];
  if (!unit) return rule;
  return [core(parts, unit), limit(parts)].filter(Boolean).join(', ');
}

function parseRule(rule: string): Map<string, string> | null {
  const pairs = rule.trim().replace(/^RRULE:/i, '').toUpperCase().split(';').filter(Boolean);
  const parts = new Map(pairs.map((pair) => pair.split('=', 2) as [string, string]));
  return parts.has('FREQ') ? parts : null;
}

function core(parts: Map<string, string>, unit: string): string {
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const every = interval === 1 ? `every ${unit}` : interval === 2 ? `every other ${unit}` : `every ${interval} ${unit}s`;
  const days = parts.get('BYDAY')?.split(',') ?? [];
  if (unit === 'week' && days.length) return weekly(days, every, interval);
  const position = parts.get('BYSETPOS');
  const on = position ? `${ordinal(Number(position))} ${plainDays(days)}` : monthDays(parts, days);
  const months = (parts.get('BYMONTH')?.split(',') ?? []).map((month) => MONTHS[Number(month) - 1] ?? month);
  if (unit === 'year' && months.length) return `every ${list(months)}${on ? `, ${on}` : ''}`;
  return on ? `${every} on the ${on}` : every;
}

function weekly(days: string[], every: string, interval: number): string {
  const names = plainDays(days);
  return interval === 1 ? `every ${names}` : `${every} on ${names}`;
}

function monthDays(parts: Map<string, string>, days: string[]): string {
  const dates = parts.get('BYMONTHDAY')?.split(',').map((day) => (day === '-1' ? 'last day' : ordinal(Number(day))));
  if (dates?.length) return list(dates);
  return list(days.map((day) => {
    const [, position, code] = /^([+-]?\d+)?([A-Z]{2})$/.exec(day) ?? [];
    const name = DAYS[CODES.indexOf(code ?? '')] ?? day;
    return position ? `${ordinal(Number(position))} ${name}` : name;
  }));
}

function plainDays(days: string[]): string {
  const set = days.join(',');
  if (set === 'MO,TU,WE,TH,FR') return 'workday';
  if (set === 'SA,SU') return 'weekend day';
  return list(days.map((day) => DAYS[CODES.indexOf(day)] ?? day));
}

function limit(parts: Map<string, string>): string {
  const count = parts.get('COUNT');
  if (count) return count === '1' ? 'once' : `${count} times`;
  const until = /^(\d{4})(\d\d)(\d\d)/.exec(parts.get('UNTIL') ?? '');
  return until ? `until ${Number(until[3])} ${MONTHS[Number(until[2]) - 1]} ${until[1]}` : '';
}

function ordinal(number: number): string {
  if (number < 0) return number === -1 ? 'last' : `${ordinal(-number)} last`;
  const tail = number % 100 > 10 && number % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${tail}`;
}

function list(words: string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The rules offered for a task that is due on a day. */
export function ruleChoices(day: string): { rule: string; label: string }[] {
  const code = CODES[weekday(day)] ?? 'MO';
  const rules = [
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
    `FREQ=WEEKLY;BYDAY=${code}`,
    `FREQ=WEEKLY;INTERVAL=2;BYDAY=${code}`,
    `FREQ=MONTHLY;BYMONTHDAY=${Number(day.slice(8, 10))}`,
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=YEARLY',
  ];
  return rules.map((rule) => ({ rule, label: sentence(describeRule(rule)) }));
}
