import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SequenceGate } from '../../src/lib/sequence.ts';

const frame = (sequence: number) => ({ sequence });

function listed(sequence: number): SequenceGate<{ sequence: number }> {
  const gate = new SequenceGate<{ sequence: number }>();
  gate.begin();
  gate.settle(sequence);
  return gate;
}

test('a frame in the listing is ignored, the next is applied, a gap lists again', () => {
  const gate = listed(41);
  assert.equal(gate.offer(frame(40)), 'ignore');
  assert.equal(gate.offer(frame(41)), 'ignore');
  assert.equal(gate.offer(frame(42)), 'apply');
  assert.equal(gate.offer(frame(42)), 'ignore');
  assert.equal(gate.offer(frame(44)), 'relist');
  assert.equal(gate.last, 42);
});

test('frames that overtake the listing are held and follow it in order', () => {
  const gate = new SequenceGate<{ sequence: number }>();
  assert.equal(gate.offer(frame(6)), 'hold');
  gate.begin();
  assert.equal(gate.offer(frame(8)), 'hold');
  assert.equal(gate.offer(frame(7)), 'hold');
  assert.deepEqual(gate.settle(6), { apply: [frame(7), frame(8)], relist: false });
  assert.equal(gate.last, 8);
});

test('a gap among held frames applies what is sure and lists again', () => {
  const gate = listed(3);
  gate.begin();
  gate.offer(frame(6));
  gate.offer(frame(4));
  assert.deepEqual(gate.settle(3), { apply: [frame(4)], relist: true });
  assert.equal(gate.last, 4);
});

test('a failed listing judges the held frames by the old counter', () => {
  const gate = listed(3);
  gate.begin();
  gate.offer(frame(4));
  assert.deepEqual(gate.abandon(), { apply: [frame(4)], relist: false });
  const fresh = new SequenceGate<{ sequence: number }>();
  fresh.offer(frame(1));
  assert.deepEqual(fresh.abandon(), { apply: [], relist: true });
});

test('a second listing that starts while one runs keeps what was held', () => {
  const gate = listed(1);
  gate.begin();
  gate.offer(frame(2));
  gate.begin();
  assert.deepEqual(gate.settle(1), { apply: [frame(2)], relist: false });
});
