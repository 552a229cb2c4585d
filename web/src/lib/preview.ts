/** What the server understood of a line, as chips under the quick add bar. */
import { dayOf, wallClock } from './dates.ts';
import { formatInstant, formatLead, formatMinutes, formatMoment, type Reader } from './format.ts';
import { describeRecurrence } from './recurrence.ts';
import type { Due, Preview, Priority, RecurrenceInput, ReminderInput } from './types.ts';
import type { IconName } from '../components/icons.ts';

export interface PreviewChip {
  icon: IconName;
  text: string;
}

interface NewTask {
  title: string;
  due: Due | null;
  priority: Priority;
  tags: string[];
  project: string | null;
  duration_minutes: number | null;
  reminders: ReminderInput[];
  recurrence: RecurrenceInput | null;
}

/** The task a preview describes, or null when the line is another kind of command. */
export function previewedTask(preview: Preview): NewTask | null {
  const command = preview.command as { intent?: string; details?: NewTask } | null;
  return command?.intent === 'add' && command.details ? command.details : null;
}

/** One chip for each thing that was understood, in the order a person thinks of them. */
export function chipsOf(preview: Preview, reader: Reader): PreviewChip[] {
  const task = previewedTask(preview);
  if (!task) return [];
  const chips: PreviewChip[] = [];
  const add = (icon: IconName, text: string) => chips.push({ icon, text });
  if (task.due) add('calendar', momentOf(task.due, reader));
  if (task.recurrence) add('repeat', describeRecurrence(task.recurrence));
  for (const reminder of task.reminders ?? []) add('bell', reminderWords(reminder, reader));
  if (task.priority && task.priority !== 'none') add('flag', `${task.priority} priority`);
  if (task.duration_minutes) add('clock', formatMinutes(task.duration_minutes));
  if (task.project) add('folder', task.project);
  for (const tag of task.tags ?? []) add('tag', tag);
  return chips;
}

/** The dates after the first one of a repeating task, in words. */
export function nextDates(preview: Preview, reader: Reader): string {
  return preview.next.slice(1).map((moment) => formatMoment(moment, reader)).join(' · ');
}

/** What the server decided where the line is open to doubt, such as that a time of today has passed. */
export function previewNote(preview: Preview): string {
  const note = /\(([^()]+)\)$/.exec(preview.summary)?.[1] ?? '';
  return previewedTask(preview)?.title.includes(note) ? '' : note;
}

/** `1 hour before`, `when due`, or the instant. */
export function reminderWords(reminder: ReminderInput, reader: Reader): string {
  if ('at' in reminder) return formatInstant(reminder.at, reader);
  return formatLead(reminder.before_minutes).toLowerCase();
}

/** A due date in words: a day, a local time, or a fixed instant as the reader's clock shows it. */
export function momentOf(due: Due, reader: Reader): string {
  if ('date' in due) return formatMoment(due.date, reader);
  if ('local' in due) return formatMoment(due.local.slice(0, 16), reader);
  const at = new Date(due.at);
  return formatMoment(`${dayOf(at, reader.zone)}T${wallClock(at, reader.zone).slice(11)}`, reader);
}
