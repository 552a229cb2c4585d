/** Nothing that was written is left by accident: Escape, Back and a reload with a sheet open. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Task } from '../../src/lib/types.ts';
import { openSheet, row, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

export function leaving(stage: Stage): void {
  describe('leaving a sheet', () => {
    const person = stage.person('leaving');
    let script: Script;
    let window: Window;
    const sheet = () => window.page.getByRole('dialog', { name: /^Task/ });
    const question = () => sheet().getByText('Leave without saving');
    const search = () => new URL(window.page.url()).search;

    before(async () => {
      script = await stage.script(person);
      await script.call<Task>('POST', '/tasks', { title: 'Pay rent', priority: 'high' });
      window = await stage.window(person);
      await window.page.getByRole('button', { name: /^Filter/ }).click();
      await window.page.locator('#filter-choices').getByRole('button', { name: 'High', exact: true }).click();
      await row(window.page, 'Pay rent').waitFor();
    });
    after(() => leave(window));

    test('Back closes it, and leaves the filters behind it alone', async () => {
      await openSheet(window.page, 'Pay rent');
      await window.page.goBack();
      await sheet().waitFor({ state: 'detached' });
      assert.equal(search(), '?priority=high');
      assert.equal(await window.page.locator('#filter-choices').getByRole('button', { name: 'High' }).getAttribute('aria-pressed'), 'true');
    });

    test('Back asks about a draft, as often as it is pressed', async () => {
      await openSheet(window.page, 'Pay rent');
      await sheet().getByLabel('Description').fill('from the joint account');
      await window.page.goBack();
      await question().waitFor();
      await sheet().getByRole('button', { name: 'Stay' }).click();
      await question().waitFor({ state: 'detached' });
      await window.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
      assert.equal(await sheet().getByLabel('Description').inputValue(), 'from the joint account');
      await window.page.goBack();
      await question().waitFor();
      assert.equal(search(), '?priority=high');
    });

    test('a second Escape is no answer, however it is pressed', async () => {
      await window.page.keyboard.press('Escape');
      await question().waitFor({ state: 'detached' });
      for (const asked of [true, false, true]) {
        await window.page.keyboard.press('Escape');
        await question().waitFor({ state: asked ? 'visible' : 'detached' });
      }
      assert.equal(await sheet().getByLabel('Description').inputValue(), 'from the joint account');
    });

    test('the browser asks before it leaves the page with a draft', async () => {
      const asked = window.page.waitForEvent('dialog');
      const reloaded = window.page.reload();
      const dialog = await asked;
      assert.equal(dialog.type(), 'beforeunload');
      await dialog.accept();
      await reloaded;
      await row(window.page, 'Pay rent').waitFor();
    });

    test('a sheet that was closed is no step in the history', async () => {
      await openSheet(window.page, 'Pay rent');
      await window.page.keyboard.press('Escape');
      await sheet().waitFor({ state: 'detached' });
      await window.page.waitForFunction(() => history.state === null);
      await window.page.goBack();
      await window.page.waitForFunction(() => location.search === '');
    });
  });
}
