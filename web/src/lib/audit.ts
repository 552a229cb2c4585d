/** Entries of the audit trail in words: who did what. */
import type { Actor } from './types.ts';

/** An entry as the trail keeps it. Only what the page shows is named; the trail may carry more. */
export interface AuditEntry {
  time: string;
  event_id: string;
  /** `created`, `updated`, `completed`, `deleted`, `due`, `raised`, or a type this page does not know. */
  event_type: string;
  actor: Actor | null;
  user_id: string;
  changes: string[];
}
export interface AuditPage {
  entries: AuditEntry[];
  next_cursor: string | null;
}

const WORDS: Record<string, string> = {
  created: 'added this task',
  completed: 'completed it',
  deleted: 'deleted it',
  due: 'The reminder came due',
  raised: 'A notification was sent',
};

/** What happened, such as `changed due date and title`, to be read after who did it. */
export function whatHappened(entry: AuditEntry): string {
  if (entry.event_type !== 'updated') return WORDS[entry.event_type] ?? entry.event_type.replaceAll(/[._]/g, ' ');
  const changes = entry.changes.map(fieldName);
  if (changes.length === 1 && changes[0] === 'status') return 'reopened it';
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

function fieldName(change: string): string {
  const names: Record<string, string> = { due: 'due date', due_at: 'due date', recurrence: 'repeat', zone: 'time zone' };
  return names[change] ?? change.replaceAll('_', ' ');
}

function joined(words: string[]): string {
  const distinct = [...new Set(words)];
  return distinct.length < 2 ? (distinct[0] ?? '') : `${distinct.slice(0, -1).join(', ')} and ${distinct.at(-1)}`;
}
