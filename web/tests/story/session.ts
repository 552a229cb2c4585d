/** The end of a token: the person signs in again, and finds everything as it was. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Request } from 'playwright-core';

import type { Task } from '../../src/lib/types.ts';
import { openSheet, prepare, row, signIn, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

const REFUSED = { status: 401, contentType: 'application/problem+json', body: '{"status":401,"title":"Unauthorized"}' };

export function sessions(stage: Stage): void {
  describe('the end of a session', () => {
    const person = stage.person('guest');
    let script: Script;
    let window: Window;

    before(async () => {
      script = await stage.script(person);
      await script.call<Task>('POST', '/tasks', { title: 'Plan the trip' });
      window = await stage.window(person);
    });
    after(() => leave(window, /401/));

    test('nothing that was typed is lost, and what was sent goes on', async () => {
      const { page } = window;
      await page.getByLabel('Add a task').fill('half a thought');
      await page.getByLabel('Message to Todo').fill('half a question');
      const sheet = await openSheet(page, 'Plan the trip');
      await sheet.getByLabel('Description').fill('by train');
      // Only what is saved: the preview of the line above may still be on its way, and would bring the door up first.
      const isSave = (request: Request) => request.method() === 'PATCH';
      await page.route('**/api/**', (route) => (isSave(route.request()) ? route.fulfill(REFUSED) : route.fallback()));
      await sheet.getByRole('button', { name: 'Save' }).click();
      const door = page.getByRole('dialog', { name: 'Sign in again' });
      await door.getByText('Your session has ended').waitFor();
      assert.equal(await door.getByLabel('Your name').inputValue(), person);
      await page.keyboard.press('Escape');
      await page.unroute('**/api/**');
      await door.getByRole('button', { name: 'Sign in' }).click();
      for (const dialog of [door, sheet]) await dialog.waitFor({ state: 'detached' });
      await row(page, 'by train').waitFor();
      assert.equal(await page.getByLabel('Add a task').inputValue(), 'half a thought');
      assert.equal(await page.getByLabel('Message to Todo').inputValue(), 'half a question');
      await script.call<Task>('POST', '/tasks', { title: 'Pack' });
      await row(page, 'Pack').waitFor();
    });

    test('signing out there leaves nothing behind', async () => {
      const { page } = window;
      await page.route('**/tasks/quick', (route) => route.fulfill(REFUSED));
      await page.getByLabel('Add a task').press('Enter');
      await page.getByRole('button', { name: 'Sign out and leave unsaved work' }).click();
      await page.getByText('Development sign-in').waitFor();
      assert.equal(new URL(page.url()).search, '');
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    });

    test('a token that ran out while the computer slept is noticed', async () => {
      const page = prepare(await (await stage.browser.newContext()).newPage());
      await page.clock.install();
      await signIn(page, stage.suite.url, person);
      await page.clock.fastForward('13:00:00');
      await page.getByText('Your session has ended').waitFor();
      await page.reload();
      await page.getByText('Your session has ended').waitFor();
      assert.equal(await page.getByLabel('Your name').inputValue(), person);
      await page.context().close();
    });
  });
}
