import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Missed } from '../../src/lib/missed.ts';
import { Problem } from '../../src/lib/problem.ts';
import type { Task, Told } from '../../src/lib/types.ts';

const told = (id: string, task_id: string | null = `task-${id}`): Told => ({
  id,
  kind: 'reminder',
  title: id,
  body: '',
  task_id,
  late_by_ms: 0,
  timestamp: '2026-11-18T09:30:00Z',
});

/** A browser's storage, and a server that answers what is put in and remembers what it was asked. */
function world(answers: Told[][], tasks: Record<string, Task['status'] | 'gone'> = {}) {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) };
  const asked: (string | null)[] = [];
  const source = {
    told: async (since: string | null) => {
      asked.push(since);
      const notifications = answers.shift();
      if (!notifications) throw new Problem(503, 'notifications_unavailable', 'away');
      return { notifications, until: `instant ${asked.length}` };
    },
    get: async (id: string) => {
      const status = tasks[id] ?? 'open';
      if (status === 'gone') throw new Problem(404, 'task_not_found', 'gone');
      return { status };
    },
  };
  const tab = () => new Missed('ziakhan', source, storage);
  return { kept, asked, tab };
}
const ids = (all: Told[]) => all.map(({ id }) => id);

test('a browser that asks for the first time has missed nothing, and then asks from there', async () => {
  const { asked, tab } = world([[told('old')], [told('a'), told('b')], []]);
  const missed = tab();
  assert.deepEqual(ids(await missed.ask()), []);
  assert.deepEqual(ids(await missed.ask()), ['a', 'b']);
  assert.deepEqual(ids(await tab().ask()), [], 'a reload goes on where it was');
  assert.deepEqual(asked, [null, 'instant 1', 'instant 2']);
});

test('what any tab has shown is not missed', async () => {
  const { tab } = world([[], [told('a'), told('b')]]);
  const [one, other] = [tab(), tab()];
  await one.ask();
  other.shown('a');
  other.shown('a');
  assert.deepEqual(ids(await one.ask()), ['b']);
});

test('what is about tasks that are done or gone is not told any more', async () => {
  const answers = [[], [told('done'), told('gone'), told('open'), told('general', null)]];
  const { tab } = world(answers, { 'task-done': 'completed', 'task-gone': 'gone' });
  const missed = tab();
  await missed.ask();
  assert.deepEqual(ids(await missed.ask()), ['open', 'general']);
});

test('after weeks only the newest are told', async () => {
  const many = Array.from({ length: 50 }, (_, index) => told(`n${index}`));
  const { tab } = world([[], many]);
  const missed = tab();
  await missed.ask();
  assert.deepEqual(ids(await missed.ask()), ids(many.slice(-10)));
});

test('a server that cannot say is asked again from the same instant', async () => {
  const { asked, tab } = world([[], undefined as unknown as Told[], [told('a')]]);
  const missed = tab();
  await missed.ask();
  await assert.rejects(missed.ask(), { status: 503 });
  assert.deepEqual(ids(await missed.ask()), ['a']);
  assert.deepEqual(asked, [null, 'instant 1', 'instant 1']);
});

test('a storage that holds something else, or nothing, is a new browser', async () => {
  const { kept, asked, tab } = world([[], [told('a')]]);
  kept.set('todo.told.ziakhan', 'not json');
  assert.deepEqual(ids(await tab().ask()), []);
  const closed = { getItem: () => null, setItem: () => { throw new Error('full'); } };
  const missed = new Missed('ziakhan', { told: async () => ({ notifications: [], until: 'now' }), get: async () => ({ status: 'open' }) }, closed);
  missed.shown('x');
  assert.deepEqual(ids(await missed.ask()), []);
  assert.deepEqual(asked, [null]);
});
