import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countPressing, dayGroups, groupTasks } from '../../src/lib/grouping.ts';
import { compareTasks } from '../../src/lib/order.ts';
import { READER, sample } from './sample.ts';

const { now: NOW, zone: ZONE } = READER;
const onDay = (date: string) => sample({ due: { date }, due_at: `${date}T18:59:59Z` });
const atTime = (local: string, due_at: string) => sample({ due: { local }, due_at });

test('every task stands under the heading a person expects', () => {
  const cases = [
    ['overdue', onDay('2026-11-17')],
    ['overdue', atTime('2026-11-18T14:00', '2026-11-18T09:00:00Z')],
    ['today', atTime('2026-11-18T17:00', '2026-11-18T12:00:00Z')],
    ['today', onDay('2026-11-18')],
    ['tomorrow', onDay('2026-11-19')],
    ['week', onDay('2026-11-22')],
    ['later', onDay('2026-11-23')],
    ['none', sample()],
    // 20:30 UTC is already tomorrow in Karachi.
    ['tomorrow', sample({ due: { at: '2026-11-18T20:30:00Z', zone: 'UTC' }, due_at: '2026-11-18T20:30:00Z' })],
  ] as const;
  for (const [group, task] of cases) assert.equal(dayGroups(NOW, ZONE)(task), group, JSON.stringify(task.due));
  assert.equal(countPressing(cases.map(([, task]) => task), NOW, ZONE), 4);
});

test('empty headings are left out and the order inside a heading is kept', () => {
  const first = { ...onDay('2026-11-18'), id: 'a' };
  const second = { ...onDay('2026-11-18'), id: 'b' };
  const groups = groupTasks([sample({ id: 'c' }), first, second], 'due', NOW, ZONE);
  assert.deepEqual(groups.map(({ label, tasks }) => [label, tasks.map(({ id }) => id)]), [
    ['Today', ['a', 'b']],
    ['No date', ['c']],
  ]);
});

test('other orders have headings of their own', () => {
  const tasks = [sample({ id: 'a', priority: 'urgent' }), sample({ id: 'b' })];
  assert.deepEqual(groupTasks(tasks, 'priority', NOW, ZONE).map(({ label }) => label), ['Urgent', 'No priority']);
  assert.deepEqual(groupTasks(tasks, 'title', NOW, ZONE).map(({ label }) => label), ['A to Z']);
  assert.deepEqual(groupTasks([], 'title', NOW, ZONE), []);
});

test('the order falls back to priority and then to number', () => {
  const tasks = [
    sample({ id: 'none', number: 1 }),
    sample({ id: 'late', number: 2, due_at: '2026-11-20T00:00:00Z' }),
    sample({ id: 'soon', number: 3, due_at: '2026-11-19T00:00:00Z' }),
    sample({ id: 'pressing', number: 4, due_at: '2026-11-20T00:00:00Z', priority: 'high' }),
  ];
  assert.deepEqual(tasks.sort(compareTasks('due')).map(({ id }) => id), ['soon', 'pressing', 'late', 'none']);
  assert.deepEqual(tasks.sort(compareTasks('created')).map(({ id }) => id), ['pressing', 'soon', 'late', 'none']);
});
