import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Api } from '../../src/lib/api.ts';
import type { Address } from '../../src/lib/address.ts';
import { Board } from '../../src/lib/board.svelte.ts';
import { NO_FILTERS, type Filters } from '../../src/lib/filters.ts';
import { Listing } from '../../src/lib/listing.svelte.ts';
import { Problem } from '../../src/lib/problem.ts';
import type { Task, TaskFrame, TaskPage } from '../../src/lib/types.ts';
import { READER, sample } from './sample.ts';

/** A server whose answers to `list` are given by the test, one promise each. */
function server() {
  const asked: { query: URLSearchParams; answer: (page: Partial<TaskPage>) => void; fail: (error: Error) => void }[] = [];
  const list = (query: URLSearchParams) =>
    new Promise<TaskPage>((resolve, reject) => {
      asked.push({ query, answer: (page) => resolve({ tasks: [], next_cursor: null, sequence: 0, ...page }), fail: reject });
    });
  const board = new Board();
  const history: Filters[] = [NO_FILTERS];
  const address: Address = {
    read: () => history.at(-1) ?? NO_FILTERS,
    write(filters, how) {
      if (how === 'in place') history.pop();
      history.push(filters);
    },
  };
  const listing = new Listing({ list } as unknown as Api, board, () => READER, address);
  const titles = () => board.visible('open', listing.sieve).map(({ title }) => title);
  return { asked, board, history, listing, titles };
}

const frame = (sequence: number, task: Task, event_type: TaskFrame['event_type'] = 'updated'): TaskFrame => ({
  type: 'task',
  event_type,
  task_id: task.id,
  revision: task.revision,
  sequence,
  actor: 'api',
  task,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a frame that overtakes the list is shown, one in the list is not shown twice', async () => {
  const { asked, listing, titles } = server();
  const listed = listing.refresh();
  assert.equal(listing.receive(frame(5, sample({ id: 'b', title: 'later' }), 'created')), false);
  assert.equal(listing.receive(frame(4, sample({ title: 'stale', revision: 0 }))), false);
  asked[0]?.answer({ tasks: [sample({ title: 'listed' })], sequence: 4 });
  await listed;
  assert.deepEqual(titles().sort(), ['later', 'listed']);
  assert.equal(listing.sequence, 5);
});

test('a missed frame lists again', async () => {
  const { asked, listing, titles } = server();
  const listed = listing.refresh();
  asked[0]?.answer({ sequence: 4 });
  await listed;
  listing.receive(frame(6, sample({ title: 'second' }), 'created'));
  assert.equal(asked.length, 2);
  asked[1]?.answer({ tasks: [sample({ title: 'first', id: 'a' }), sample({ title: 'second' })], sequence: 6 });
  await settled();
  assert.deepEqual(titles().sort(), ['first', 'second']);
});

test('another choice takes over from a listing under way', async () => {
  const { asked, listing, titles } = server();
  void listing.refresh();
  listing.narrow({ text: 'milk' });
  assert.equal(asked[1]?.query.get('q'), 'milk');
  asked[1]?.answer({ tasks: [sample({ title: 'Buy milk' })], sequence: 2 });
  asked[0]?.answer({ tasks: [sample({ id: 'x', title: 'everything' })], sequence: 1 });
  await settled();
  assert.deepEqual(titles(), ['Buy milk']);
  assert.equal(listing.loading, false);
});

test('a deletion in a frame takes the task away', async () => {
  const { asked, listing, titles } = server();
  const listed = listing.refresh();
  asked[0]?.answer({ tasks: [sample()], sequence: 1 });
  await listed;
  assert.equal(listing.receive(frame(2, sample({ revision: 2 }), 'deleted')), true);
  assert.deepEqual(titles(), []);
});

test('pages follow each other by the cursor', async () => {
  const { asked, listing, titles } = server();
  const listed = listing.refresh();
  asked[0]?.answer({ tasks: [sample({ id: 'a', title: 'a' })], next_cursor: 'next', sequence: 1 });
  await listed;
  const more = listing.more('open');
  assert.equal(asked[1]?.query.get('cursor'), 'next');
  asked[1]?.answer({ tasks: [sample({ id: 'b', title: 'b' })], sequence: 1 });
  await more;
  assert.deepEqual(titles(), ['a', 'b']);
  assert.equal(listing.lanes.open.cursor, null);
});

test('a listing that fails says why and keeps what was there', async () => {
  const { asked, listing, titles } = server();
  const first = listing.refresh();
  asked[0]?.answer({ tasks: [sample()], sequence: 1 });
  await first;
  const second = listing.refresh();
  asked[1]?.fail(new Problem(503, 'busy', 'Try later'));
  await second;
  assert.equal(listing.failure, 'Try later');
  assert.deepEqual(titles(), ['Call mom']);
  assert.equal(listing.receive(frame(2, sample({ id: 'b', title: 'b' }), 'created')), true);
  listing.stop();
});

test('filters are steps in the history, the letters of one search are one step', () => {
  const { asked, history, listing } = server();
  listing.narrow({ tags: ['home'] });
  listing.narrow({ text: 'm' });
  listing.narrow({ text: 'milk' });
  assert.deepEqual(history.map(({ tags, text }) => [tags.join(), text]), [['', ''], ['home', ''], ['home', 'milk']]);
  history.pop();
  listing.followAddress();
  assert.equal(listing.filters.text, '');
  assert.equal(asked.at(-1)?.query.get('tag'), 'home');
  assert.equal(history.length, 2);
});

test('reading on gives way to a listing that starts anew, without a complaint', async () => {
  const { asked, listing, titles } = server();
  const listed = listing.refresh();
  asked[0]?.answer({ tasks: [sample({ id: 'a', title: 'a' })], next_cursor: 'next', sequence: 1 });
  await listed;
  const more = listing.more('open');
  listing.narrow({ tags: ['home'] });
  asked[1]?.fail(new Error('aborted'));
  asked[2]?.answer({ tasks: [sample({ id: 'b', title: 'b', tags: ['home'] })], sequence: 1 });
  await more;
  await settled();
  assert.deepEqual([listing.failure, listing.loading, titles()], ['', false, ['b']]);
});

test('reading on goes to the end, waits for what is being read, and stops at a bound', async () => {
  const { asked, listing, titles } = server();
  const listed = listing.refresh();
  asked[0]?.answer({ tasks: [sample({ id: 'a', title: 'a' })], next_cursor: '2', sequence: 1 });
  await listed;
  assert.equal(await listing.readOn(1), false);
  void listing.more('open');
  const all = listing.readOn(100);
  asked[1]?.answer({ tasks: [sample({ id: 'b', title: 'b' })], next_cursor: '3', sequence: 1 });
  await settled();
  assert.equal(asked[2]?.query.get('cursor'), '3');
  asked[2]?.answer({ tasks: [sample({ id: 'c', title: 'c' })], sequence: 1 });
  assert.equal(await all, true);
  assert.deepEqual([titles(), asked.length], [['a', 'b', 'c'], 3]);
});
