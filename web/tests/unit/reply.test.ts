import assert from 'node:assert/strict';
import { test } from 'node:test';

import { replyBeside } from '../../src/lib/reply.ts';
import { sample } from './sample.ts';

test('lines that the cards show are not written twice', () => {
  const tasks = [sample({ number: 12 }), sample({ id: 'id-2', number: 13 })];
  const listed = replyBeside('2 tasks are open:\n#12 Call mom — tomorrow\n#13 ✓ Buy milk\n… and 3 more.', tasks);
  assert.deepEqual(listed, { words: '2 tasks are open:', numbered: false });
  const choice = replyBeside('Which one?\n1. #12 Call mom\n2. #13 Buy milk', tasks);
  assert.deepEqual(choice, { words: 'Which one?', numbered: true });
  assert.equal(replyBeside('Delete “Buy milk”? yes/no', tasks).words, 'Delete “Buy milk”?');
});

test('everything else stays as it was said', () => {
  const text = 'Added “Call mom” (#12).\n#99 is another\n… and 3 more.';
  assert.equal(replyBeside(text, []).words, text);
  assert.equal(replyBeside('#99 is not among them', [sample({ number: 12 })]).words, '#99 is not among them');
});
