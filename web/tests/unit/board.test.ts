import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { Board } from '../../src/lib/board.svelte.ts';
import { NO_FILTERS, sieveOf } from '../../src/lib/filters.ts';
import { READER, sample } from './sample.ts';

const EVERYTHING = sieveOf(NO_FILTERS, READER);

const titles = (board: Board, lane: 'open' | 'completed' = 'open') =>
  board.visible(lane, EVERYTHING).map(({ title }) => title);

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

test('an older version never replaces a newer one', () => {
  const board = new Board();
  board.fill('open', [sample({ revision: 3, title: 'new' })], true);
  board.admit(sample({ revision: 2, title: 'old' }), EVERYTHING);
  assert.deepEqual(titles(board), ['new']);
});

test('a deleted task does not come back with a late answer, but with a restore', () => {
  const board = new Board();
  board.fill('open', [sample({ revision: 3 })], true);
  board.forget('id-1', 4);
  board.fill('open', [sample({ revision: 3 })], true);
  assert.deepEqual(titles(board), []);
  board.admit(sample({ revision: 5, title: 'restored' }), EVERYTHING);
  assert.deepEqual(titles(board), ['restored']);
});

test('what was expected is taken back when the server refuses', () => {
  const board = new Board();
  board.fill('open', [sample()], true);
  board.expect('id-1', { status: 'completed' });
  assert.equal(board.find('id-1')?.status, 'completed');
  assert.equal(board.confirmed('id-1')?.status, 'open');
  mock.timers.tick(1_000);
  assert.deepEqual([titles(board), titles(board, 'completed')], [[], ['Call mom']]);
  board.settle('id-1');
  assert.deepEqual([titles(board), titles(board, 'completed')], [['Call mom'], []]);
});

test('a task completed elsewhere stays a moment, then changes sides', () => {
  const board = new Board();
  board.fill('open', [sample()], true);
  board.admit(sample({ revision: 2, status: 'completed' }), EVERYTHING);
  assert.deepEqual(titles(board), ['Call mom']);
  mock.timers.tick(1_000);
  assert.deepEqual([titles(board), titles(board, 'completed')], [[], ['Call mom']]);
});

test('a new task is shown only where the filters allow it', () => {
  const board = new Board();
  const filters = sieveOf({ ...NO_FILTERS, tags: ['home'] }, READER);
  assert.equal(board.admit(sample(), filters), false);
  assert.equal(board.admit(sample({ id: 'id-2', tags: ['home'] }), filters), true);
  assert.equal(board.visible('open', filters).length, 1);
  assert.deepEqual(board.labels(), { tags: ['home'], projects: [] });
});

test('hiding is undone without asking anybody', () => {
  const board = new Board();
  board.fill('open', [sample()], true);
  board.hide('id-1');
  assert.deepEqual(titles(board), []);
  board.unhide('id-1');
  assert.deepEqual(titles(board), ['Call mom']);
});
