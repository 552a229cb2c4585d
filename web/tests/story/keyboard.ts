/** A day's work without a mouse: nothing in this chapter clicks. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { row, toast, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

export function keyboard(stage: Stage): void {
  describe('the keyboard is enough', () => {
    let window: Window;
    const keys = async (...pressed: string[]) => {
      for (const key of pressed) await window.page.keyboard.press(key);
    };
    /** The title of the row that has the focus. */
    const focused = () => window.page.evaluate(() => document.activeElement?.closest('[data-row]')?.querySelector('.title')?.textContent);

    before(async () => {
      window = await stage.window(stage.person('keyboard'));
    });
    after(() => leave(window));

    test('to add tasks', async () => {
      await keys('n');
      for (const line of ['Buy bread tomorrow', 'Buy milk in 2 days', 'Write to Amina in 3 days']) {
        await window.page.keyboard.type(line);
        await keys('Enter');
        await row(window.page, line.split(' ').slice(0, 2).join(' ')).waitFor();
      }
    });

    test('to move among them', async () => {
      await keys('Escape', 'j');
      assert.match((await focused()) ?? '', /bread/);
      await keys('j', 'ArrowDown', 'j');
      assert.match((await focused()) ?? '', /Amina/);
      await keys('k');
      assert.match((await focused()) ?? '', /milk/);
    });

    test('to complete one and take it back', async () => {
      await keys('x');
      await row(window.page, 'milk').waitFor({ state: 'detached' });
      assert.match((await focused()) ?? '', /Amina/);
      await keys('u');
      await row(window.page, 'milk').waitFor();
    });

    test('to open and edit one', async () => {
      await keys('e');
      const sheet = window.page.getByRole('dialog');
      await sheet.getByText('added this task').waitFor();
      await keys('End');
      await window.page.keyboard.type(' and Zia');
      await keys('Control+Enter');
      await sheet.waitFor({ state: 'detached' });
      await row(window.page, 'Write to Amina and Zia').waitFor();
      assert.match((await focused()) ?? '', /Zia/, 'the focus returns to the row');
      await keys('u');
      await row(window.page, 'Zia').waitFor({ state: 'detached' });
      assert.match((await focused()) ?? '', /Amina/);
    });

    test('to leave one without saving, on purpose', async () => {
      await keys('Enter');
      const sheet = window.page.getByRole('dialog');
      await sheet.getByLabel('Title').waitFor();
      await window.page.keyboard.type('!');
      await keys('Escape');
      await sheet.getByText('Leave without saving').waitFor();
      await keys('Escape');
      await sheet.getByText('Leave without saving').waitFor({ state: 'detached' });
      await window.page.keyboard.type('?');
      assert.match(await sheet.getByLabel('Title').inputValue(), /\?/, 'who stays goes on where they were');
      await keys('Escape');
      await sheet.getByText('Leave without saving').waitFor();
      await keys('Tab', 'Enter');
      await sheet.waitFor({ state: 'detached' });
      assert.equal(await row(window.page, '!').count(), 0);
    });

    test('to search and to come back', async () => {
      await keys('/');
      await window.page.keyboard.type('milk');
      await row(window.page, 'bread').waitFor({ state: 'detached' });
      await row(window.page, 'milk').waitFor();
      await keys('Escape');
      await row(window.page, 'bread').waitFor();
      assert.equal(await window.page.getByLabel('Search tasks').inputValue(), '');
    });

    test('to change several at once, and to undo that', async () => {
      await keys('Escape', 'j', 's', 'j', 's');
      await window.page.getByText('2 selected').waitFor();
      await keys('#');
      await row(window.page, 'milk').waitFor({ state: 'detached' });
      await keys('Control+z');
      await row(window.page, 'milk').waitFor();
      await row(window.page, 'bread').waitFor();
    });

    test('to reach a message and its button', async () => {
      await keys('j', 'Delete');
      await toast(window.page, 'Deleted “').waitFor();
      const undo = toast(window.page, 'Deleted “').getByRole('button', { name: 'Undo' });
      for (let step = 0; step < 60 && !(await undo.evaluate((button) => button === document.activeElement)); step++) await keys('Tab');
      await keys('Enter');
      await row(window.page, 'bread').waitFor();
    });

    test('to read which keys there are', async () => {
      await keys('?');
      await window.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await keys('Escape');
      assert.equal(await window.page.getByRole('dialog').count(), 0);
    });
  });
}
