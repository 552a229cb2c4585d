/**
 * A task being edited. A draft remembers the version it started from and sends only what the person changed, so that
 * a newer version from elsewhere can slip under it without either side losing words.
 */
import { dueDay, dueTime } from './due.ts';
import type {
  Channel,
  Due,
  Priority,
  RecurrenceInput,
  Reminder,
  ReminderInput,
  RepeatMode,
  Task,
  TaskPatch,
} from './types.ts';

export interface Draft {
  title: string;
  description: string;
  priority: Priority;
  tags: string[];
  project: string;
  /** ISO day, or empty for no date. */
  day: string;
  /** `17:00`, or empty for the whole day. */
  time: string;
  reminders: ReminderInput[];
  rule: string;
  mode: RepeatMode;
}

/** The fields of a task as the sheet shows them. */
export function draftOf(task: Task, zone: string): Draft {
  return {
    title: task.title,
    description: task.description,
    priority: task.priority,
    tags: [...task.tags],
    project: task.project ?? '',
    day: dueDay(task, zone) ?? '',
    time: dueTime(task, zone) ?? '',
    reminders: task.reminders.map(plainReminder),
    rule: task.recurrence?.rule ?? '',
    mode: task.recurrence?.mode ?? 'schedule',
  };
}

/** The changes between the version the draft started from and the draft; empty when nothing was changed. */
export function patchOf(base: Task, draft: Draft, zone: string): TaskPatch {
  const before = draftOf(base, zone);
  const patch: TaskPatch = {};
  const title = draft.title.trim();
  if (title !== before.title) patch.title = title;
  if (draft.description !== before.description) patch.description = draft.description;
  if (draft.priority !== before.priority) patch.priority = draft.priority;
  if (!same(draft.tags, before.tags)) patch.tags = [...draft.tags];
  if (draft.project.trim() !== before.project) patch.project = draft.project.trim() || null;
  if (draft.day !== before.day || draft.time !== before.time) patch.due = dueOf(draft);
  if (!same(draft.reminders, before.reminders)) patch.reminders = draft.reminders.map(plainReminder);
  if (draft.rule.trim() !== before.rule || draft.mode !== before.mode) patch.recurrence = recurrenceOf(base, draft);
  return patch;
}

/** The names of the fields that differ between two versions of a task, in words. */
export function changedFields(older: Task, newer: Task): string[] {
  const pairs: [string, (task: Task) => unknown][] = [
    ['title', (task) => task.title],
    ['description', (task) => task.description],
    ['priority', (task) => task.priority],
    ['tags', (task) => task.tags],
    ['project', (task) => task.project],
    ['due date', (task) => task.due],
    ['reminders', (task) => task.reminders.map(plainReminder)],
    ['repeat', (task) => task.recurrence && [task.recurrence.rule, task.recurrence.mode]],
    ['status', (task) => task.status],
  ];
  return pairs.filter(([, read]) => !same(read(older), read(newer))).map(([name]) => name);
}

/** The draft moved onto a newer version: fields the person touched stay, the others follow the newer version. */
export function rebase(base: Task, draft: Draft, newer: Task, zone: string): Draft {
  const before = draftOf(base, zone);
  const after = draftOf(newer, zone);
  const moved = { ...after };
  for (const key of Object.keys(draft) as (keyof Draft)[]) {
    if (!same(draft[key], before[key])) Object.assign(moved, { [key]: draft[key] });
  }
  return moved;
}

/** The patch that takes another one back: the fields it touches, as they were in the version it was made on. */
export function inverseOf(patch: TaskPatch, base: Task): TaskPatch {
  const { title, description, priority, tags, project, due, recurrence } = base;
  const before: Required<TaskPatch> = {
    title,
    description,
    priority,
    tags,
    project,
    due,
    reminders: base.reminders.map(plainReminder),
    recurrence: recurrence && ruleOf(recurrence.rule, recurrence.mode ?? 'schedule', base),
  };
  const touched = Object.keys(patch) as (keyof TaskPatch)[];
  return Object.fromEntries(touched.map((field) => [field, before[field]]));
}

function dueOf({ day, time }: Draft): Due | null {
  if (!day) return null;
  return time ? { local: `${day}T${time}` } : { date: day };
}

function recurrenceOf(base: Task, draft: Draft): TaskPatch['recurrence'] {
  const rule = draft.rule.trim();
  return rule ? ruleOf(rule, draft.mode, base) : null;
}

/** A rule as the server takes it; the days left out so far stay left out. */
function ruleOf(rule: string, mode: RepeatMode, base: Task): RecurrenceInput {
  const except = base.recurrence?.except ?? [];
  return { rule, mode, ...(except.length ? { except } : {}) };
}

function plainReminder(reminder: Reminder): ReminderInput {
  const channel: Channel = reminder.channel ?? 'push';
  return 'at' in reminder ? { at: reminder.at, channel } : { before_minutes: reminder.before_minutes, channel };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
