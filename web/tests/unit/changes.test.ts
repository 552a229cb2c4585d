import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { createActions } from '../../src/lib/actions.ts';
import type { Api } from '../../src/lib/api.ts';
import { Board } from '../../src/lib/board.svelte.ts';
import { NO_FILTERS, sieveOf } from '../../src/lib/filters.ts';
import type { Listing } from '../../src/lib/listing.svelte.ts';
import { Problem } from '../../src/lib/problem.ts';
import { Selection } from '../../src/lib/selection.svelte.ts';
import { Toasts } from '../../src/lib/toasts.svelte.ts';
import type { BulkAction, Task } from '../../src/lib/types.ts';
import { READER, sample } from './sample.ts';

const SIEVE = sieveOf(NO_FILTERS, READER);

function page(...tasks: Task[]) {
  const board = new Board();
  board.fill('open', tasks, true);
  const calls: string[] = [];
  const refuse = { now: false };
  const saved = (id: string, change: Partial<Task>): Task => {
    const task = board.confirmed(id) ?? { ...tasks.find((one) => one.id === id), revision: 9 };
    return sample({ ...task, ...change, revision: task.revision + 1 });
  };
  const answer = <T>(name: string, value: T): Promise<T> => {
    calls.push(name);
    return refuse.now ? Promise.reject(new Problem(503, 'busy', 'Try later.')) : Promise.resolve(value);
  };
  const api = {
    complete: (id: string) => answer(`complete ${id}`, saved(id, { status: 'completed' })),
    quickAdd: (text: string) => (text === 'help' ? Promise.reject(new Problem(422, 'not_a_task', 'No task.')) : answer(`add ${text}`, sample({ id: text, title: text }))),
    reopen: (id: string) => answer(`reopen ${id}`, saved(id, { status: 'open' })),
    remove: (id: string, revision: number) => answer(`remove ${id} ${revision}`, undefined),
    bulk: (action: BulkAction, ids: string[]) =>
      answer(`${action} ${ids.join()}`, {
        results: ids.map((id) => ({ id, status: 'done', task: saved(id, { status: action === 'complete' ? 'completed' : 'open' }) })),
      }),
  };
  const toasts = new Toasts();
  const actions = createActions(api as unknown as Api, board, { sieve: SIEVE } as Listing, toasts);
  const shown = () => board.visible('open', SIEVE).map(({ id }) => id);
  return { actions, board, calls, refuse, shown, toasts };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const three = ['a', 'b', 'c'].map((id, index) => sample({ id, number: index + 1 }));

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

test('one task goes by its own route, several in one request, and undo takes them all back', async () => {
  const { actions, calls, shown, toasts } = page(...three);
  await actions.toggle(three[0] as Task);
  await actions.change(three.slice(1), 'completed');
  mock.timers.tick(1_000);
  assert.deepEqual([calls, shown()], [['complete a', 'complete b,c'], []]);
  assert.deepEqual(toasts.list.map(({ title }) => title), ['Completed “Call mom”', 'Completed 2 tasks']);
  assert.equal(toasts.undo(), true);
  await settled();
  mock.timers.tick(1_000);
  assert.deepEqual([calls.at(-1), shown()], ['reopen b,c', ['b', 'c']]);
  // The message is gone by now, the change can be taken back all the same.
  mock.timers.tick(60_000);
  assert.deepEqual([toasts.list.length, toasts.undo(), toasts.undo()], [0, true, false]);
});

test('what the server refuses is taken back and told', async () => {
  const { actions, refuse, shown, toasts } = page(...three);
  refuse.now = true;
  await actions.change(three, 'completed');
  mock.timers.tick(1_000);
  assert.deepEqual([shown(), toasts.list[0]?.title], [['a', 'b', 'c'], '3 tasks could not be changed. Try later.']);
  toasts.dismissAll();
  actions.remove(three);
  assert.deepEqual(shown(), []);
  await settled();
  assert.deepEqual([shown(), toasts.list.map(({ title }) => title)], [['a', 'b', 'c'], ['3 tasks could not be deleted. Try later.']]);
  assert.equal(toasts.undo(), false);
});

test('what was deleted comes back by undo, even one that is pressed before the server has answered', async () => {
  const { actions, calls, shown, toasts } = page(...three);
  actions.remove([three[0] as Task]);
  toasts.undo();
  assert.deepEqual([calls, shown()], [['remove a 1'], ['b', 'c']]);
  await settled();
  assert.deepEqual([calls.at(-1), shown()], ['restore a', ['a', 'b', 'c']]);
  actions.remove(three.slice(1));
  await settled();
  assert.deepEqual([calls.at(-1), shown()], ['delete b,c', ['a']]);
  toasts.undo();
  await settled();
  assert.deepEqual(shown(), ['a', 'b', 'c']);
});

test('messages wait under a pointer, and reminders always', () => {
  const toasts = new Toasts();
  toasts.show({ title: 'passing' });
  toasts.show({ title: 'reminder', stays: true });
  toasts.hold();
  toasts.show({ title: 'later' });
  mock.timers.tick(60_000);
  assert.equal(toasts.list.length, 3);
  toasts.release();
  mock.timers.tick(60_000);
  assert.deepEqual(toasts.list.map(({ title }) => title), ['reminder']);
  for (let count = 0; count < 9; count++) toasts.show({ title: `passing ${count}` });
  assert.deepEqual(toasts.list.map(({ title }) => title).slice(0, 2), ['reminder', 'passing 5']);
});

test('tasks are picked one by one, in a range, or all', () => {
  const selection = new Selection();
  const order = ['a', 'b', 'c', 'd'];
  selection.toggle('b');
  selection.reach('d', order);
  assert.deepEqual(selection.ids, ['b', 'c', 'd']);
  selection.toggle('c');
  assert.deepEqual(selection.ids, ['b', 'd']);
  selection.pickAll(order);
  assert.equal(selection.size, 4);
  selection.end();
  assert.deepEqual([selection.active, selection.size], [false, 0]);
});

test('of several lines each is a task, what is refused is answered, and undo takes all back', async () => {
  const { actions, calls, shown, toasts } = page();
  assert.deepEqual(await actions.addEach(['milk', 'help', 'bread']), ['help']);
  assert.deepEqual([shown().sort(), calls], [['bread', 'milk'], ['add milk', 'add bread']]);
  assert.deepEqual(toasts.list.map(({ title }) => title), ['Added 2 tasks', '1 of 3 lines could not be added. No task.']);
  assert.equal(toasts.undo(), true);
  assert.deepEqual(shown(), []);
});
