/** The live connection is lost in every way there is, and nothing that happened meanwhile is. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Page } from 'playwright-core';

import type { Task } from '../../src/lib/types.ts';
import { prepare, row, signIn, soon, toast, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

const live = (page: Page) => page.locator('[data-state=live]').waitFor();

export function connection(stage: Stage): void {
  describe('the live connection', () => {
    const person = stage.person('connected');
    let script: Script;
    let window: Window;
    const add = (title: string) => script.call<Task>('POST', '/tasks', { title });

    before(async () => {
      script = await stage.script(person);
      window = await stage.window(person);
    });
    after(() => leave(window, /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/));

    test('what happened while a window was offline is caught up', async () => {
      await window.page.context().setOffline(true);
      await window.page.locator('[data-state=offline]').waitFor();
      await add('Buy stamps');
      assert.equal(await row(window.page, 'stamps').count(), 0);
      await window.page.context().setOffline(false);
      await row(window.page, 'stamps').waitFor();
      await live(window.page);
    });

    test('the websocket service dies and comes back', async (context) => {
      if (!stage.suite.kill) return context.skip('only a suite of its own may lose a service');
      // Watched before the end comes, which is over within a blink.
      const watch = await window.page.evaluateHandle(() => {
        const state = document.querySelector('[data-state]') as HTMLElement;
        const states: (string | undefined)[] = [];
        new MutationObserver(() => states.push(state.dataset['state'])).observe(state, { attributes: true });
        return states;
      });
      assert.ok(await stage.suite.kill('websocket'));
      await window.page.waitForFunction((states) => states.some((state) => state !== 'live'), watch);
      await add('Said into the gap');
      await row(window.page, 'gap').waitFor();
      await live(window.page);
      await add('Said after it');
      await row(window.page, 'after it').waitFor();
    });

    test('a reminder that came while a window was offline is shown when it is back, once', async (context) => {
      if (!stage.suite.kill) return context.skip('only a suite of its own may lose a service');
      const { page } = window;
      const remind = (title: string) => script.call<Task>('POST', '/tasks', { title, reminders: [{ at: soon() }] });
      const elsewhere = await stage.window(person);
      await page.waitForFunction((key) => localStorage.getItem(key)?.includes('until'), `todo.told.${person}`);
      await page.context().setOffline(true);
      await page.locator('[data-state=offline]').waitFor();
      await remind('Phone the bank');
      const done = await remind('Done elsewhere');
      for (const title of ['Phone the bank', 'Done elsewhere']) await toast(elsewhere.page, title).waitFor();
      await leave(elsewhere);
      await script.call<Task>('PATCH', `/tasks/${done.id}/complete`);
      // Otherwise it would send its frames again.
      assert.ok(await stage.suite.kill('websocket'));
      await page.context().setOffline(false);
      await toast(page, 'Phone the bank').waitFor();
      assert.equal(await toast(page, 'Done elsewhere').count(), 0);

      await page.reload();
      await live(page);
      await remind('After the reload');
      await toast(page, 'After the reload').waitFor();
      assert.equal(await toast(page, 'Phone the bank').count(), 0);
    });

    test('a computer that slept finds out that its connection is dead', async () => {
      const page = prepare(await (await stage.browser.newContext()).newPage());
      const connections: { dead: boolean }[] = [];
      await page.clock.install();
      await page.routeWebSocket(/\/ws$/, (socket) => {
        const server = socket.connectToServer();
        const wire = { dead: false };
        connections.push(wire);
        socket.onMessage((message) => void (wire.dead || server.send(message)));
        server.onMessage((message) => void (wire.dead || socket.send(message)));
      });
      await signIn(page, stage.suite.url, person);
      await live(page);
      const before = connections.length;
      // Asleep: the network forgets the connection, nobody closes it.
      for (const wire of connections) wire.dead = true;
      await add('Said in the night');
      await page.clock.fastForward('02:00:00');
      await row(page, 'in the night').waitFor();
      await live(page);
      assert.ok(connections.length > before);
      await page.context().close();
    });
  });
}
