import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addressOf, filtersOf } from '../../src/lib/address.ts';
import { chosenFilters } from '../../src/lib/chosen.ts';
import { activeChoices, isNarrowed, NO_FILTERS, sieveOf, type Filters } from '../../src/lib/filters.ts';
import { queryOf } from '../../src/lib/query.ts';
import { boundsOf, parseRange, printRange, within } from '../../src/lib/range.ts';
import { READER, sample } from './sample.ts';

const OPEN = { lane: 'open', limit: 50, cursor: null } as const;
const EVERY: Filters = {
  status: 'all',
  priorities: ['medium', 'high'],
  tags: ['home', 'گھر'],
  tagMatch: 'any',
  project: 'family & friends',
  due: { from: '2026-11-01', to: null },
  text: 'milk #2',
  sort: 'priority',
};

test('filters become a query, and judge tasks that arrive later', () => {
  const filters = { ...NO_FILTERS, priorities: ['high' as const], tags: ['a', 'b'], project: 'work', text: ' milk ' };
  const query = queryOf(filters, READER, OPEN).toString();
  assert.equal(query, 'status=open&limit=50&sort=due_at%2C-priority&priority=high&tag=a&tag=b&tags=all&project=work&q=milk');
  const { keeps, welcomes } = sieveOf(filters, READER);
  assert.equal(keeps(sample({ priority: 'high', tags: ['b', 'a'], project: 'work' })), true);
  assert.equal(keeps(sample({ priority: 'high', tags: ['a'], project: 'work' })), false);
  assert.equal(welcomes(sample({ priority: 'high', tags: ['b', 'a'], project: 'work' })), false);
  assert.equal(welcomes(sample({ priority: 'high', tags: ['b', 'a'], project: 'work', title: 'Buy Milk' })), true);
  assert.equal(sieveOf({ ...filters, tagMatch: 'any' }, READER).keeps(sample({ priority: 'high', tags: ['a'], project: 'work' })), true);
});

test('a range by name moves with the day and is asked for in instants', () => {
  const query = queryOf({ ...NO_FILTERS, due: 'tomorrow' }, READER, OPEN);
  assert.equal(query.get('due_from'), '2026-11-18T19:00:00.000Z');
  assert.equal(query.get('due_to'), '2026-11-19T19:00:00.000Z');
  assert.equal(queryOf({ ...NO_FILTERS, due: 'overdue' }, READER, OPEN).get('overdue'), 'true');
  const week = boundsOf('week', READER.now, READER.zone);
  assert.equal(within('2026-11-24T18:59:59Z', week), true);
  assert.equal(within('2026-11-24T19:00:00Z', week), false);
  assert.equal(within(null, week), false);
});

test('a range is written as it is read', () => {
  for (const text of ['overdue', 'week', '2026-11-01..2026-11-30', '2026-11-01..', '..2026-11-30']) {
    const range = parseRange(text);
    assert.ok(range, text);
    assert.equal(printRange(range), text);
  }
  for (const text of ['', '..', 'someday', 'toString', '2026-02-30..', '2026-11-01', '1..2']) assert.equal(parseRange(text), null, text);
});

test('the address says what is shown, and what it does not know is left out', () => {
  assert.deepEqual(filtersOf(new URLSearchParams(addressOf(EVERY).toString())), EVERY);
  assert.equal(addressOf(NO_FILTERS).toString(), '');
  const strange = filtersOf(new URLSearchParams('status=lost&priority=vast&tag=&due=feb&sort=weight&tags=none&x=y'));
  assert.deepEqual(strange, NO_FILTERS);
});

test('every filter that is on has words, and can be taken off alone', () => {
  const chosen = chosenFilters(EVERY, READER);
  assert.deepEqual(chosen.map(({ words }) => words), [
    'Due from Sun 1 Nov',
    'Medium priority',
    'High priority',
    '#home',
    '#گھر',
    'family & friends',
  ]);
  assert.equal(activeChoices(EVERY), chosen.length);
  const none = chosen.reduce((filters, { without }) => ({ ...filters, ...without }), { ...EVERY, text: '' });
  assert.equal(isNarrowed({ ...none, priorities: [], tags: [] }), false);
});
