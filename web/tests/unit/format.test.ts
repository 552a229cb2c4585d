import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tellChanges, whatHappened, whoDid } from '../../src/lib/audit.ts';
import { formatDay, formatDue, formatInstant, formatMinutes, formatMoment, pageLocale, reminderTime } from '../../src/lib/format.ts';
import { describeRecurrence, describeRule, ruleChoices } from '../../src/lib/recurrence.ts';
import { chipsOf } from '../../src/lib/preview.ts';
import { READER, sample } from './sample.ts';

test('near days have names, far ones a date', () => {
  const cases = [
    ['2026-11-18', 'Today'],
    ['2026-11-19', 'Tomorrow'],
    ['2026-11-17', 'Yesterday'],
    ['2026-11-24', 'Tuesday'],
    ['2026-11-25', 'Wed, 25 Nov'],
    ['2027-02-14', 'Sun, 14 Feb 2027'],
  ] as const;
  for (const [day, words] of cases) assert.equal(formatDay(day, READER).replace(/^(\w{3}) /, '$1, '), words);
});

test('a due date is read in the zone of the reader', () => {
  const task = sample({ due: { local: '2026-11-19T17:00' }, due_at: '2026-11-19T12:00:00Z' });
  assert.equal(formatDue(task, READER), 'Tomorrow 17:00');
  assert.equal(formatDue(task, { ...READER, zone: 'Pacific/Auckland' }), 'Friday 01:00');
  assert.equal(formatDue(sample({ due: { date: '2026-11-19' } }), READER), 'Tomorrow');
  assert.equal(formatDue(sample(), READER), '');
  assert.equal(formatInstant('2026-11-18T04:12:00Z', READER), 'Today 09:12');
  assert.equal(formatMoment('2026-11-20T09:00', READER), 'Friday 09:00');
});

test('spans of time are said plainly', () => {
  assert.equal(formatMinutes(90), '90 minutes');
  assert.equal(formatMinutes(60), '1 hour');
  assert.equal(formatMinutes(2_880), '2 days');
});

test('rules are said in words, special ones are shown as they are', () => {
  const cases = [
    ['FREQ=DAILY', 'every day'],
    ['FREQ=WEEKLY;BYDAY=FR', 'every Friday'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every workday'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', 'every other week on Monday and Thursday'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', 'every month on the last day'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'every month on the last workday'],
    ['FREQ=MONTHLY;BYDAY=2TU;COUNT=5', 'every month on the 2nd Tuesday, 5 times'],
    ['FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=14', 'every November, 14th'],
    ['FREQ=HOURLY;INTERVAL=12', 'every 12 hours'],
    ['FREQ=DAILY;UNTIL=20261224T000000Z', 'every day, until 24 December 2026'],
    ['0 9 * * 1-5', 'on schedule 0 9 * * 1-5'],
    ['FREQ=SECONDLY', 'FREQ=SECONDLY'],
  ] as const;
  for (const [rule, words] of cases) assert.equal(describeRule(rule), words);
  const after = { rule: 'FREQ=DAILY;INTERVAL=3', mode: 'after_completion' } as const;
  assert.equal(describeRecurrence(after), 'every 3 days, counted from completion');
  assert.ok(ruleChoices('2026-11-20').some(({ label }) => label === 'Every Friday'));
});

test('a preview becomes chips', () => {
  const command = {
    intent: 'add',
    details: {
      title: 'Call mom',
      due: { local: '2026-11-19T17:00:00' },
      priority: 'high',
      tags: ['family'],
      project: null,
      duration_minutes: null,
      reminders: [{ before_minutes: 60 }],
      recurrence: { rule: 'FREQ=WEEKLY;BYDAY=FR' },
    },
  };
  const chips = chipsOf({ command, spans: [], summary: '', next: [] }, READER).map(({ text }) => text);
  assert.deepEqual(chips, ['Tomorrow 17:00', 'every Friday', '1 hour before', 'high priority', 'family']);
  assert.deepEqual(chipsOf({ command: { intent: 'help' }, spans: [], summary: '', next: [] }, READER), []);
});

test('the trail says who did what', () => {
  const entry = { event_id: '1', event_type: 'updated', time: '', actor: 'mcp' as const, user_id: 'ziakhan', changes: ['due', 'due_at', 'title'] };
  assert.equal(`${whoDid(entry, 'ziakhan')} ${whatHappened(entry)}`, 'An assistant changed the due date and title');
  assert.equal(whatHappened({ ...entry, changes: ['status'] }), 'reopened it');
  assert.equal(whoDid({ ...entry, actor: 'chat' }, 'ziakhan'), 'You, in the chat,');
  const restored = { ...entry, changes: ['status'], diff: [{ field: 'status', old: 'deleted', new: 'open' }] };
  assert.deepEqual([whatHappened(restored), tellChanges(restored, READER)], ['brought it back', []]);
});

test('the trail tells what a change replaced', () => {
  const told = (field: string, old: unknown, now: unknown) => {
    const diff = [{ field, old, new: now }];
    const entry = { time: '', event_id: 'a', event_type: 'updated', actor: null, user_id: 'ziakhan', changes: [field], diff };
    const [only] = tellChanges(entry, READER);
    return `${only?.field}: ${only?.before} → ${only?.after}`;
  };
  assert.equal(told('due', { date: '2026-11-19' }, { local: '2026-11-18T17:00' }), 'Due date: Tomorrow → Today 17:00');
  assert.equal(told('tags', [], ['a', 'b']), 'Tags: none → #a, #b');
  assert.equal(told('reminders', [{ before_minutes: 0 }], []), 'Reminders: when due → none');
  assert.equal(told('recurrence', null, { rule: 'FREQ=DAILY', mode: 'schedule' }), 'Repeat: none → every day');
  assert.equal(told('duration_minutes', null, 90), 'Duration: none → 90 minutes');
  assert.equal(told('due', 'of a newer kind', { moon: 'full' }).startsWith('Due date: of a newer kind → '), true);
  assert.equal(told('description', '', 'x'.repeat(99)).length, 'Description: none → …'.length + 80);
});

test('the page keeps the reader’s English region', () => {
  assert.equal(pageLocale(['de-DE', 'en-US']), 'en-US');
  assert.equal(pageLocale(['ur-PK']), 'en-GB');
});

test('a reminder of a whole day tells its time, and its day when it is another', () => {
  const task = (remind_at: string) => sample({ due: { date: '2026-11-19' }, reminders: [{ before_minutes: 0, remind_at }] });
  assert.equal(reminderTime(task('2026-11-19T04:00:00Z'), READER), '09:00');
  assert.equal(reminderTime(task('2026-11-18T04:00:00Z'), READER), 'Today 09:00');
  assert.equal(reminderTime(sample(), READER), '');
});
