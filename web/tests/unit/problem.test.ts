import assert from 'node:assert/strict';
import { test } from 'node:test';

import { explain, faultOf, mayPass, Problem } from '../../src/lib/problem.ts';

const refused = (pointer: string, detail: string) => new Problem(422, 'invalid', 'the text breaks a rule', [{ pointer, detail }]);

test('a refusal says what is wrong, in words for people', () => {
  assert.equal(explain(refused('#/message', 'must not be longer than 1000 characters')), 'Message must not be longer than 1000 characters');
  assert.equal(explain(refused('', '`Mars` is not a time zone')), '“Mars” is not a time zone');
  assert.equal(explain(new Problem(409, 'busy', 'somebody was faster')), 'Somebody was faster');
});

test('a fault is found at its field', () => {
  const problem = refused('#/zone', '`Mars` is not a time zone');
  assert.equal(faultOf(problem, 'zone'), '“Mars” is not a time zone');
  assert.equal(faultOf(problem, 'locale'), '');
  assert.equal(faultOf(new TypeError('x'), 'zone'), '');
});

test('only what may succeed another time is tried again', () => {
  assert.deepEqual([0, 429, 503, 422, 413].map((status) => mayPass(new Problem(status, '', ''))), [true, true, true, false, false]);
});
