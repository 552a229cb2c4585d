/** Entries of the audit trail in words: who did what, and what it said before. */
import { formatMinutes, sentence, type Reader } from './format.ts';
import { momentOf, reminderWords } from './preview.ts';
import { describeRecurrence } from './recurrence.ts';
import type { Actor, Due, Recurrence, Reminder } from './types.ts';

/** What a change replaced. The shapes are those of the task's fields. */
export interface FieldChange {
  field: string;
  old: unknown;
  new: unknown;
}

/** An entry as the trail keeps it. Only what the page shows is named; the trail may carry more. */
export interface AuditEntry {
  time: string;
  event_id: string;
  /** `created`, `updated`, `completed`, `deleted`, `due`, `raised`, or a type this page does not know. */
  event_type: string;
  actor: Actor | null;
  user_id: string;
  changes: string[];
  /** Absent in what older releases wrote down. */
  diff?: FieldChange[];
}
export interface AuditPage {
  entries: AuditEntry[];
  next_cursor: string | null;
}

/** One changed field in words. */
export interface Told {
  field: string;
  before: string;
  after: string;
}

const WORDS: Record<string, string> = {
  created: 'added this task',
  completed: 'completed it',
  deleted: 'deleted it',
  due: 'The reminder came due',
  raised: 'A notification was sent',
};
const FIELDS: Record<string, string> = {
  due: 'due date',
  due_at: 'due date',
  duration_minutes: 'duration',
  recurrence: 'repeat',
  zone: 'time zone',
};
/** Longer values are cut: the trail is not the place to read them. */
const LONGEST = 80;

/** What happened, such as `changed due date and title`, to be read after who did it. */
export function whatHappened(entry: AuditEntry): string {
  if (entry.event_type !== 'updated') return WORDS[entry.event_type] ?? entry.event_type.replaceAll(/[._]/g, ' ');
  const changes = entry.changes.map(fieldName);
  if (changes.length === 1 && changes[0] === 'status') {
    return entry.diff?.some(({ old }) => old === 'deleted') ? 'brought it back' : 'reopened it';
  }
  return changes.length ? `changed the ${joined(changes)}` : 'changed it';
}

/** Whose hand it was: the person, by which way, or the suite itself. */
export function whoDid(entry: AuditEntry, userId: string): string {
  const person = entry.user_id === userId ? 'You' : entry.user_id;
  switch (entry.actor) {
    case 'chat':
      return `${person}, in the chat,`;
    case 'mcp':
      return 'An assistant';
    case 'recurring':
      return 'The repeat rule';
    case 'api':
      return person;
    case null:
      return '';
  }
}

/**
 * What each field said before and says since. The status is told by what happened, and what reads the same on both
 * sides (a reminder that moved with its due date) is left out.
 */
export function tellChanges(entry: AuditEntry, reader: Reader): Told[] {
  const told = (entry.diff ?? []).map((change) => ({
    field: sentence(fieldName(change.field)),
    before: valueWords(change.field, change.old, reader),
    after: valueWords(change.field, change.new, reader),
  }));
  return told.filter(({ field, before, after }) => field !== 'Status' && before !== after);
}

function valueWords(field: string, value: unknown, reader: Reader): string {
  if (value === null || value === undefined || value === '') return 'none';
  const read = READ[field];
  try {
    if (read) return cut(read(value, reader));
  } catch {
    // A shape of another release is shown as it is.
  }
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

const READ: Record<string, (value: unknown, reader: Reader) => string> = {
  due: (value, reader) => momentOf(value as Due, reader),
  recurrence: (value) => describeRecurrence(value as Recurrence),
  duration_minutes: (value) => formatMinutes(value as number),
  reminders: (value, reader) => list((value as Reminder[]).map((reminder) => reminderWords(reminder, reader))),
  tags: (value) => list((value as string[]).map((tag) => `#${tag}`)),
};

const list = (words: string[]) => words.join(', ') || 'none';
const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()}…` : text);
const fieldName = (change: string) => FIELDS[change] ?? change.replaceAll('_', ' ');

function joined(words: string[]): string {
  const distinct = [...new Set(words)];
  return distinct.length < 2 ? (distinct[0] ?? '') : `${distinct.slice(0, -1).join(', ')} and ${distinct.at(-1)}`;
}
