/** Which heading a task stands under. Pure: the time and the zone are parameters. */
import { addDays, dayOf, endOfWeek } from './dates.ts';
import { dueDay, isOverdue } from './due.ts';
import type { SortKey } from './filters.ts';
import type { Priority, Task } from './types.ts';

export interface Group {
  key: string;
  label: string;
  tasks: Task[];
}

const BY_DAY = [
  ['overdue', 'Overdue'],
  ['today', 'Today'],
  ['tomorrow', 'Tomorrow'],
  ['week', 'This week'],
  ['later', 'Later'],
  ['none', 'No date'],
] as const;
type DayGroup = (typeof BY_DAY)[number][0];

const BY_PRIORITY: readonly (readonly [Priority, string])[] = [
  ['urgent', 'Urgent'],
  ['high', 'High'],
  ['medium', 'Medium'],
  ['low', 'Low'],
  ['none', 'No priority'],
];

/** Finds the date heading of open tasks; what depends on the day alone is worked out once. */
export function dayGroups(now: Date, zone: string): (task: Task) => DayGroup {
  const today = dayOf(now, zone);
  const tomorrow = addDays(today, 1);
  const weekEnd = endOfWeek(today);
  return (task) => {
    const day = dueDay(task, zone);
    if (!day) return 'none';
    if (isOverdue(task, now) || day < today) return 'overdue';
    if (day === today) return 'today';
    if (day === tomorrow) return 'tomorrow';
    return day <= weekEnd ? 'week' : 'later';
  };
}

/** How many tasks should not wait for another day. */
export function countPressing(tasks: Task[], now: Date, zone: string): number {
  const groupOf = dayGroups(now, zone);
  return tasks.filter((task) => ['overdue', 'today'].includes(groupOf(task))).length;
}

/** Tasks under headings that fit the order they are sorted in; the order inside a group is kept. */
export function groupTasks(tasks: Task[], sort: SortKey, now: Date, zone: string): Group[] {
  if (sort === 'due') return collect(tasks, BY_DAY, dayGroups(now, zone));
  if (sort === 'priority') return collect(tasks, BY_PRIORITY, (task) => task.priority);
  return tasks.length ? [{ key: 'all', label: sort === 'title' ? 'A to Z' : 'Newest first', tasks }] : [];
}

function collect<K extends string>(
  tasks: Task[],
  headings: readonly (readonly [K, string])[],
  keyOf: (task: Task) => K,
): Group[] {
  const found = new Map<K, Task[]>();
  for (const task of tasks) {
    const key = keyOf(task);
    const group = found.get(key);
    if (group) group.push(task);
    else found.set(key, [task]);
  }
  return headings.flatMap(([key, label]) => {
    const group = found.get(key);
    return group ? [{ key, label, tasks: group }] : [];
  });
}
