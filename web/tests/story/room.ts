/** Room for the list in low windows, and for fingers on a phone. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Page } from 'playwright-core';

import type { Task } from '../../src/lib/types.ts';
import { assertAccessible } from './access.ts';
import { daysFromNow, openSheet, PHONE, row, say, SHOTS, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

/** Low windows: a phone on its side, with its keyboard, and a page at 200% and 400%. */
const LOW = [[844, 390], [390, 430], [720, 450], [360, 225]] as const;
const LONG = 'Ask the landlord about the heating, the leaking window in the kitchen and the key to the cellar before winter';
/** What a finger hits without care, in CSS pixels. */
const FINGER = 40;

/** The buttons that are lower or narrower than a finger, in words. */
const narrow = (page: Page) =>
  page.evaluate((finger) => {
    const seen = [...document.querySelectorAll<HTMLElement>('button, select, .check-line, [role=checkbox]')].filter((one) => one.checkVisibility());
    const small = seen.filter((one) => {
      const { width, height } = one.getBoundingClientRect();
      return Math.min(width, height) < finger - 0.5;
    });
    return small.map((one) => `${one.ariaLabel ?? one.innerText}: ${one.offsetWidth}x${one.offsetHeight}`);
  }, FINGER);

export function room(stage: Stage): void {
  describe('room enough', () => {
    const person = stage.person('room');
    let script: Script;
    let window: Window;

    before(async () => {
      script = await stage.script(person);
      const due = { date: daysFromNow(1) };
      await script.call<Task>('POST', '/tasks', { title: 'Dust', priority: 'low' });
      await script.call<Task>('POST', '/tasks', { title: LONG, due, reminders: [{ before_minutes: 0 }], tags: ['home', 'winter'] });
      window = await stage.window(person, PHONE);
      await row(window.page, 'Dust').waitFor();
    });
    after(() => leave(window));

    test('every button of a phone is as large as a finger', async () => {
      const { page } = window;
      assert.deepEqual(await narrow(page), []);
      await page.getByRole('button', { name: 'Filter', exact: true }).tap();
      await page.locator('#filter-choices').getByRole('button', { name: '#home' }).tap();
      await page.getByLabel('Add a task').fill('buy milk');
      assert.deepEqual(await narrow(page), [], 'filters');
      await page.screenshot({ path: `${SHOTS}room-filters.png` });
      await page.getByRole('button', { name: /^Filter/ }).tap();
      assert.deepEqual(await narrow(page), [], 'active filters');
      await page.getByRole('button', { name: 'Select tasks' }).tap();
      assert.deepEqual(await narrow(page), [], 'selection');
      await page.getByRole('button', { name: 'End the selection' }).tap();
      await page.getByRole('button', { name: 'Settings' }).tap();
      await page.getByLabel('Quiet until').waitFor();
      assert.deepEqual(await narrow(page), [], 'settings');
      await page.keyboard.press('Escape');
      await openSheet(page, LONG);
      await page.screenshot({ path: `${SHOTS}room-sheet.png` });
      assert.deepEqual(await narrow(page), [], 'sheet');
      await page.keyboard.press('Escape');
    });

    test('and so are those of the chat', async () => {
      const { page } = window;
      await page.getByRole('navigation').getByRole('button', { name: 'Chat' }).tap();
      await say(page, 'delete dust');
      await page.getByRole('log').getByRole('button', { name: 'No' }).waitFor();
      assert.deepEqual(await narrow(page), []);
      await page.screenshot({ path: `${SHOTS}room-chat.png` });
    });

    test('a reload comes back to the chat, and a line that is too long is not sent', async () => {
      const { page } = window;
      await page.reload();
      await page.getByLabel('Message to Todo').fill('x'.repeat(1_010));
      await page.getByText('Too long by 10 of 1,000 characters').waitFor();
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('button', { name: 'Send' }).isDisabled(), true);
      await page.getByLabel('Message to Todo').fill('x'.repeat(900));
      await page.getByText('100 characters left').waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.viewport.width);
      await assertAccessible(page, 'counter');
      await page.screenshot({ path: `${SHOTS}room-counter.png` });
      await page.getByLabel('Message to Todo').fill('');
    });

    test('a long title is read whole in the sheet', async () => {
      const { page } = window;
      await page.getByRole('navigation').getByRole('button', { name: 'Tasks' }).tap();
      const title = (await openSheet(page, LONG)).getByLabel('Title');
      const [seen, whole] = await title.evaluate((field) => [field.clientHeight, field.scrollHeight]);
      assert.equal(seen, whole);
      await page.keyboard.press('Escape');
    });

    test('a row says its low priority, and when its only reminder falls', async () => {
      await window.page.goto(stage.suite.url);
      await row(window.page, 'Dust').getByText('low').waitFor();
      await row(window.page, LONG).getByText('09:00').waitFor();
    });

    for (const [width, height] of LOW) {
      test(`the list stays within reach in a window of ${width} by ${height}`, async () => {
        const low = await stage.window(person, { viewport: { width, height } });
        const { page } = low;
        const reachable = async () => {
          const title = row(page, 'Dust').locator('[data-open]');
          await title.scrollIntoViewIfNeeded();
          await title.click({ trial: true });
        };
        await reachable();
        await page.screenshot({ path: `${SHOTS}room-${width}x${height}.png` });
        await assertAccessible(page, 'filters closed');
        await page.getByRole('button', { name: /^Filter/ }).click();
        await reachable();
        const scrolled = await row(page, 'Dust').evaluate((element) => element.closest('.list')?.getBoundingClientRect().height ?? 0);
        assert.ok(scrolled > 60, `the list has ${scrolled} px`);
        await page.screenshot({ path: `${SHOTS}room-${width}x${height}-filters.png` });
        await assertAccessible(page, 'filters open');
        await leave(low);
      });
    }
  });
}
