import assert from 'node:assert/strict';
import { mock, test, type TestContext } from 'node:test';

import { backoff } from '../../src/lib/backoff.ts';
import { connect, HEARTBEAT_MS, NUDGED_MS, TOKEN_EXPIRED, type Connection, type SocketLike } from '../../src/lib/socket.ts';
import type { ServerFrame } from '../../src/lib/types.ts';

class FakeSocket implements SocketLike {
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {}
  says(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  dies(code = 1006): void {
    this.onclose?.({ code });
  }
}

function start(context: TestContext, sequence: number | null = null) {
  mock.timers.enable({ apis: ['setTimeout'] });
  const sockets: FakeSocket[] = [];
  const states: Connection[] = [];
  const frames: ServerFrame[] = [];
  const seen = { online: true, expired: 0, token: 'abc' as string | null, protocols: [] as string[] };
  const live = connect({
    url: 'ws://example/ws',
    token: () => seen.token,
    lastSequence: () => sequence,
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onExpired: () => seen.expired++,
    open: (_, protocols) => {
      seen.protocols = protocols;
      sockets.push(new FakeSocket());
      return sockets.at(-1) as FakeSocket;
    },
    isOnline: () => seen.online,
    random: () => 0.5,
  });
  context.after(() => {
    live.close();
    mock.timers.reset();
  });
  return { live, sockets, states, frames, seen, last: () => sockets.at(-1) as FakeSocket };
}
const hello: ServerFrame = { type: 'hello', user_id: 'ziakhan', sequence: 41 };

test('it says who it is, and resumes where the list ended', (context) => {
  const { last, states, seen } = start(context, 41);
  assert.deepEqual(seen.protocols, ['todo.v1', 'bearer.abc']);
  last().says(hello);
  assert.deepEqual(states, ['connecting', 'live']);
  assert.deepEqual(last().sent, ['{"type":"resume","sequence":41}']);
});

test('it does not resume before there is a list', (context) => {
  const { last } = start(context);
  last().says(hello);
  assert.deepEqual(last().sent, []);
});

test('a lost connection is opened again after a pause', (context) => {
  const { last, sockets, states } = start(context);
  last().says(hello);
  last().dies();
  assert.equal(states.at(-1), 'reconnecting');
  assert.equal(sockets.length, 1);
  mock.timers.tick(backoff(0, () => 0.5));
  assert.equal(sockets.length, 2);
  last().says(hello);
  assert.equal(states.at(-1), 'live');
});

test('silence is questioned by a ping, and a dead connection is given up', (context) => {
  const { last, sockets, states } = start(context);
  last().says(hello);
  mock.timers.tick(HEARTBEAT_MS);
  assert.deepEqual(last().sent, ['{"type":"ping"}']);
  last().says({ type: 'pong' });
  mock.timers.tick(HEARTBEAT_MS);
  assert.equal(last().sent.length, 2);
  mock.timers.tick(HEARTBEAT_MS);
  assert.equal(states.at(-1), 'reconnecting');
  mock.timers.tick(1_000);
  assert.equal(sockets.length, 2);
});

test('a handshake that never ends is given up', (context) => {
  const { states } = start(context);
  mock.timers.tick(HEARTBEAT_MS);
  assert.deepEqual(states, ['connecting', 'reconnecting']);
});

test('without a network it says so, and tries as soon as there is one', (context) => {
  const { live, last, sockets, states, seen } = start(context);
  last().says(hello);
  seen.online = false;
  live.nudge();
  assert.equal(states.at(-1), 'offline');
  seen.online = true;
  live.nudge();
  assert.equal(sockets.length, 2);
});

test('a token that ran out ends the session, and the next one goes on', (context) => {
  const { live, last, sockets, seen } = start(context, 41);
  last().says(hello);
  seen.token = null;
  last().dies(TOKEN_EXPIRED);
  assert.equal(seen.expired, 1);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
  seen.token = 'def';
  live.nudge();
  assert.deepEqual(seen.protocols, ['todo.v1', 'bearer.def']);
  last().says(hello);
  assert.deepEqual(last().sent, ['{"type":"resume","sequence":41}']);
});

test('after a sleep a connection that died in silence is found out within seconds', (context) => {
  const { live, last, sockets, states } = start(context);
  last().says(hello);
  live.nudge();
  assert.deepEqual(last().sent, ['{"type":"ping"}']);
  mock.timers.tick(NUDGED_MS);
  assert.equal(states.at(-1), 'reconnecting');
  mock.timers.tick(1_000);
  assert.equal(sockets.length, 2);
});

test('frames it cannot read are passed over', (context) => {
  const { last, frames } = start(context);
  last().onmessage?.({ data: 'not json' });
  last().onmessage?.({ data: new Uint8Array() });
  last().says(hello);
  assert.deepEqual(frames, [hello]);
});

test('the pause doubles, has a ceiling and is spread', () => {
  assert.deepEqual([0, 1, 2].map((attempt) => backoff(attempt, () => 1)), [500, 1_000, 2_000]);
  assert.equal(backoff(40, () => 1), 30_000);
  assert.ok(backoff(3, () => 0) < backoff(3, () => 0.9));
});
