import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linesOf } from '../../src/lib/pasted.ts';

test('lines lose the marks of a list, and nothing else', () => {
  assert.deepEqual(linesOf('- milk\r\n* [ ] bread\n\n  3. eggs \n• [x] tea\n'), ['milk', 'bread', 'eggs', 'tea']);
  assert.deepEqual(linesOf('3 eggs\n-5 degrees tomorrow\nدودھ لانا'), ['3 eggs', '-5 degrees tomorrow', 'دودھ لانا']);
  assert.deepEqual(linesOf('call mom\n'), ['call mom']);
});
