import assert from 'node:assert/strict';
import { before, beforeEach, mock, test } from 'node:test';

import { createApi } from '../../src/lib/api.ts';
import { Problem } from '../../src/lib/problem.ts';
import { session } from '../../src/lib/session.svelte.ts';

const NOW = Date.parse('2026-11-18T09:30:00Z');
const login = (token: string, user_id = 'ziakhan') => ({ token, user_id, expires_at: '2026-11-18T21:30:00Z' });
const kept = new Map<string, string>();
Object.assign(globalThis, {
  sessionStorage: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  },
});

/** A server that accepts one token only. */
function serverFor(good: string) {
  const asked: string[] = [];
  const send = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const token = (init?.headers as Record<string, string>)['authorization'] ?? '';
    asked.push(token.replace('Bearer ', ''));
    return token.endsWith(good) ? Response.json({ id: 'id-1' }) : Response.json({ title: 'Unauthorized' }, { status: 401 });
  };
  return { asked, api: createApi('ziakhan', session, send as typeof fetch) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

// Once for all tests: the session is one for the page, and its timer must not outlive the mock it came from.
before(() => mock.timers.enable({ apis: ['setTimeout'] }));
beforeEach(() => {
  session.signOut();
  session.signIn(login('old'), NOW);
});

test('a request that meets the end of the token goes on with the next one', async () => {
  const { asked, api } = serverFor('new');
  const visit = session.visit;
  const added = api.quickAdd('buy milk');
  await settled();
  assert.deepEqual([session.ended, asked], [true, ['old']]);
  session.signIn(login('new'), NOW);
  assert.deepEqual(await added, { id: 'id-1' });
  assert.deepEqual([session.ended, session.visit, asked], [false, visit, ['old', 'new']]);
});

test('a request that left with the old token does not ask for a third', async () => {
  const { asked, api } = serverFor('new');
  session.expire();
  const late = session.renewal('old');
  session.signIn(login('new'), NOW);
  assert.equal(await late, 'new');
  assert.equal(await session.renewal('old'), 'new');
  await api.get('id-1');
  assert.deepEqual([session.ended, asked], [false, ['new']]);
});

test('a server that refuses the new token too is believed', async () => {
  const { asked, api } = serverFor('neither');
  const got = api.get('id-1').catch((error: unknown) => error);
  await settled();
  session.signIn(login('new'), NOW);
  assert.ok((await got) instanceof Problem);
  assert.deepEqual(asked, ['old', 'new']);
});

test('who signs out, or another person, takes nothing over', async () => {
  for (const leave of [() => session.signOut(), () => session.signIn(login('hers', 'amina'), NOW)]) {
    session.signIn(login('old'), NOW);
    const visit = session.visit;
    const { asked, api } = serverFor('hers');
    const got = api.get('id-1').catch((error: unknown) => error);
    await settled();
    leave();
    assert.ok((await got) instanceof Problem);
    assert.deepEqual(asked, ['old']);
    assert.notEqual(session.login && session.visit, visit);
    session.signOut();
  }
});

test('the clock ends a session too, and a reload tells who was here', () => {
  mock.timers.tick(12 * 3_600_000);
  assert.equal(session.ended, true);
  session.signIn(login('next'), NOW);
  session.check(NOW + 13 * 3_600_000);
  assert.equal(session.ended, true);
  session.login = null;
  session.restore(NOW + 13 * 3_600_000);
  assert.deepEqual([session.login, session.lastName], [null, 'ziakhan']);
  assert.match(session.reason, /has ended/);
});
