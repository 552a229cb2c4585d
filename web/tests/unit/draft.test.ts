import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changedFields, draftOf, inverseOf, patchOf, rebase } from '../../src/lib/draft.ts';
import { commandOf } from '../../src/lib/keyboard.ts';
import { explain, Problem } from '../../src/lib/problem.ts';
import { sample } from './sample.ts';

const ZONE = 'Asia/Karachi';

test('only what was changed is sent', () => {
  const task = sample({ due: { local: '2026-11-22T17:00' }, due_at: '2026-11-22T12:00:00Z', tags: ['home'] });
  const draft = draftOf(task, ZONE);
  assert.deepEqual(patchOf(task, draft, ZONE), {});
  assert.deepEqual(patchOf(task, { ...draft, title: ' Call dad ' }, ZONE), { title: 'Call dad' });
  assert.deepEqual(patchOf(task, { ...draft, time: '' }, ZONE), { due: { date: '2026-11-22' } });
  assert.deepEqual(patchOf(task, { ...draft, time: '18:30' }, ZONE), { due: { local: '2026-11-22T18:30' } });
  assert.deepEqual(patchOf(task, { ...draft, day: '', time: '' }, ZONE), { due: null });
  assert.deepEqual(patchOf(task, { ...draft, project: 'family' }, ZONE), { project: 'family' });
});

test('a repeat keeps the days that were left out, and can be ended', () => {
  const recurrence = { rule: 'FREQ=DAILY', mode: 'schedule' as const, except: ['2026-12-25'], anchor: '2026-11-20', missed: 0 };
  const task = sample({ due: { date: '2026-11-20' }, recurrence });
  const draft = draftOf(task, ZONE);
  assert.deepEqual(patchOf(task, { ...draft, rule: 'FREQ=WEEKLY' }, ZONE).recurrence, {
    rule: 'FREQ=WEEKLY',
    mode: 'schedule',
    except: ['2026-12-25'],
  });
  assert.deepEqual(patchOf(task, { ...draft, rule: '' }, ZONE), { recurrence: null });
});

test('the server’s extra fields of a reminder are not sent back', () => {
  const task = sample({ reminders: [{ before_minutes: 60, channel: 'push', remind_at: '2026-11-20T08:00:00Z' }] });
  const draft = draftOf(task, ZONE);
  assert.deepEqual(patchOf(task, draft, ZONE), {});
  draft.reminders.push({ before_minutes: 5 });
  assert.deepEqual(patchOf(task, draft, ZONE).reminders, [
    { before_minutes: 60, channel: 'push' },
    { before_minutes: 5, channel: 'push' },
  ]);
});

test('a draft moves onto a newer version without losing either side', () => {
  const base = sample();
  const newer = sample({ revision: 2, priority: 'high', title: 'Call mum' });
  const draft = { ...draftOf(base, ZONE), title: 'Call dad', description: 'about the car' };
  const moved = rebase(base, draft, newer, ZONE);
  assert.deepEqual(patchOf(newer, moved, ZONE), { title: 'Call dad', description: 'about the car' });
  assert.equal(moved.priority, 'high');
  assert.deepEqual(changedFields(base, newer), ['title', 'priority']);
});

test('a patch is taken back by the fields it touched, as they were', () => {
  const base = sample({
    tags: ['home'],
    reminders: [{ before_minutes: 5, remind_at: '2026-11-18T11:55:00Z' }],
    recurrence: { rule: 'FREQ=DAILY', anchor: '2026-11-18', except: ['2026-12-25'] },
  });
  assert.deepEqual(inverseOf({ title: 'x', project: 'y', reminders: [], recurrence: null }, base), {
    title: 'Call mom',
    project: null,
    reminders: [{ before_minutes: 5, channel: 'push' }],
    recurrence: { rule: 'FREQ=DAILY', mode: 'schedule', except: ['2026-12-25'] },
  });
});

test('keys act only outside of fields and without modifiers', () => {
  const press = { key: 'n', ctrlKey: false, metaKey: false, altKey: false };
  assert.equal(commandOf(press, false), 'new');
  assert.equal(commandOf(press, true), null);
  assert.equal(commandOf({ ...press, ctrlKey: true }, false), null);
  assert.equal(commandOf({ ...press, ctrlKey: true, key: 'z' }, false), 'undo');
  assert.equal(commandOf({ ...press, ctrlKey: true, key: 'z' }, true), null);
  assert.equal(commandOf({ ...press, key: 'q' }, false), null);
});

test('a problem is told with the field it is about', () => {
  const problem = new Problem(422, 'invalid', 'The task is not valid', [{ pointer: '/due/date', detail: 'is no day' }]);
  assert.equal(explain(problem), 'Due › date: is no day');
  assert.match(explain(new TypeError('x')), /Reload/);
});
