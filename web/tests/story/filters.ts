/** Finding tasks among many: filters, search and order, kept in the address; and changing many at once. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Page } from 'playwright-core';

import type { Task, TaskPage } from '../../src/lib/types.ts';
import { daysFromNow, row, SHOTS, toast, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

/** Waits until the list shows these titles, in this order. */
async function shows(page: Page, ...titles: string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll('.list .title')].map((title) => title.textContent).join() === wanted,
    titles.join(),
  );
}

export function filters(stage: Stage): void {
  describe('tasks among many', () => {
    const person = stage.person('filters');
    let script: Script;
    let window: Window;
    const choose = (name: string) => window.page.locator('#filter-choices').getByRole('button', { name, exact: true }).click();
    const query = () => new URL(window.page.url()).searchParams;

    before(async () => {
      script = await stage.script(person);
      const due = (days: number) => ({ date: daysFromNow(days) });
      const tasks = [
        { title: 'late', due: due(-3), tags: ['home'] },
        { title: 'week', due: due(4), tags: ['home', 'garden'], priority: 'high' },
        { title: 'month', due: due(30), tags: ['garden'], project: 'house' },
        { title: 'never', tags: [] },
      ];
      for (const task of tasks) await script.call<Task>('POST', '/tasks', task);
      window = await stage.window(person);
      await shows(window.page, 'late', 'week', 'month', 'never');
      await window.page.getByRole('button', { name: 'Filter', exact: true }).click();
    });
    after(() => leave(window));

    test('any of some tags, or all of them', async () => {
      await choose('#home');
      await shows(window.page, 'late', 'week');
      await choose('#garden');
      await shows(window.page, 'week');
      await choose('Any of them');
      await shows(window.page, 'late', 'week', 'month');
      assert.deepEqual([query().getAll('tag'), query().get('tags')], [['home', 'garden'], 'any']);
    });

    test('back and forward go through the filters, and a reload keeps them', async () => {
      await window.page.goBack();
      await shows(window.page, 'week');
      await window.page.goBack();
      await shows(window.page, 'late', 'week');
      await window.page.goForward();
      await shows(window.page, 'week');
      await window.page.reload();
      await shows(window.page, 'week');
      await window.page.getByRole('button', { name: /#garden.*remove/ }).click();
      await shows(window.page, 'late', 'week');
      await window.page.getByRole('button', { name: /^Filter/ }).click();
      await choose('Clear filters');
      await shows(window.page, 'late', 'week', 'month', 'never');
    });

    test('by when they are due, by name and by calendar', async () => {
      await choose('Overdue');
      await shows(window.page, 'late');
      await choose('Next 7 days');
      await shows(window.page, 'week');
      await choose('Dates…');
      await window.page.getByLabel('From').fill(daysFromNow(2));
      await shows(window.page, 'week', 'month');
      await window.page.getByLabel('to', { exact: true }).fill(daysFromNow(10));
      await shows(window.page, 'week');
      assert.equal(query().get('due'), `${daysFromNow(2)}..${daysFromNow(10)}`);
      await window.page.reload();
      await shows(window.page, 'week');
    });

    test('by project, by words, in another order', async () => {
      await window.page.goto(stage.suite.url);
      await shows(window.page, 'late', 'week', 'month', 'never');
      await window.page.getByLabel('Sort by').selectOption({ label: 'Title' });
      await shows(window.page, 'late', 'month', 'never', 'week');
      await window.page.getByRole('button', { name: /^Filter/ }).click();
      await choose('house');
      await shows(window.page, 'month');
      await window.page.getByLabel('Search tasks').fill('unicorn');
      await window.page.getByRole('heading', { name: 'Nothing found for “unicorn”' }).waitFor();
      await window.page.getByRole('button', { name: 'Show all tasks' }).click();
      await shows(window.page, 'late', 'week', 'month', 'never');
      assert.equal(window.page.url(), `${stage.suite.url}/`);
    });

    test('a task that does not fit is added, and says where it is', async () => {
      await choose('Overdue');
      await shows(window.page, 'late');
      await window.page.getByLabel('Add a task').fill('feed the cat');
      await window.page.keyboard.press('Enter');
      await toast(window.page, 'Added “feed the cat”').getByRole('button', { name: 'Show all' }).click();
      await row(window.page, 'feed the cat').waitFor();
    });

    test('several are completed and deleted in one request each', async () => {
      const requests: string[] = [];
      window.page.on('request', (request) => {
        if (/tasks\/.+/.test(request.url())) requests.push(`${request.method()} ${request.url().split('/').pop()}`);
      });
      await window.page.getByRole('button', { name: 'Select tasks' }).click();
      await row(window.page, 'late').getByRole('checkbox').click();
      await row(window.page, 'month').locator('[data-open]').click({ modifiers: ['Shift'] });
      await window.page.getByText('3 selected').waitFor();
      await window.page.getByRole('button', { name: 'Complete', exact: true }).click();
      await shows(window.page, 'never', 'feed the cat');
      await toast(window.page, 'Completed 3 tasks').getByRole('button', { name: 'Undo' }).click();
      await shows(window.page, 'late', 'week', 'month', 'never', 'feed the cat');
      await window.page.getByRole('button', { name: 'Select tasks' }).click();
      await window.page.getByRole('button', { name: 'Select all' }).click();
      await window.page.getByRole('button', { name: 'Delete', exact: true }).click();
      await window.page.getByText('Nothing to do').waitFor();
      await toast(window.page, 'Deleted 5 tasks').getByRole('button', { name: 'Undo' }).click();
      await shows(window.page, 'late', 'week', 'month', 'never', 'feed the cat');
      assert.deepEqual(requests, ['POST bulk', 'POST bulk', 'POST bulk', 'POST bulk']);
      const { tasks } = await script.call<TaskPage>('GET', '/tasks?sort=number');
      assert.deepEqual(tasks.map(({ number }) => number), [1, 2, 3, 4, 5]);
    });

    test('hundreds are read on while the list is scrolled', async () => {
      const titles = Array.from({ length: 70 }, (_, index) => `errand ${String(index + 1).padStart(3, '0')}`);
      for (const title of titles) await script.call<Task>('POST', '/tasks', { title });
      await window.page.reload();
      await row(window.page, 'errand 001').waitFor();
      const counted = window.page.locator('#group-none .count');
      await counted.getByText('+').waitFor();
      await window.page.waitForFunction(() => {
        document.querySelector('.list')?.scrollBy(0, 4_000);
        return document.querySelectorAll('[data-row]').length === 75;
      });
      await row(window.page, 'errand 070').waitFor();
      await counted.getByText('72', { exact: true }).waitFor();
    });

    test('a task that is added out of sight says so, and can be shown', async () => {
      const { page } = window;
      await page.locator('.list').evaluate((list) => list.scrollTo({ top: 0 }));
      await page.getByLabel('Add a task').fill('zebra crossing');
      await page.keyboard.press('Enter');
      await toast(page, 'Added “zebra crossing”').getByRole('button', { name: 'Show' }).click();
      await page.waitForFunction(() => document.activeElement?.textContent?.includes('zebra'));
      await page.getByLabel('Add a task').fill('aardvark today');
      await page.keyboard.press('Enter');
      await row(page, 'aardvark').waitFor();
    });

    test('all of them are picked, read or not', async () => {
      const { page } = window;
      await page.reload();
      await row(page, 'errand 001').waitFor();
      await page.getByRole('button', { name: 'Select tasks' }).click();
      await page.getByRole('button', { name: 'Select all' }).click();
      await page.getByText('77 selected').waitFor();
      await page.getByRole('button', { name: 'End the selection' }).click();
    });

    test('pasted lines are tasks, after a question', async () => {
      const { page } = window;
      const paste = (text: string) =>
        page.getByLabel('Add a task').evaluate((field, pasted) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', pasted);
          field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        }, text);
      await paste('- paint the fence\n- oil the gate\n- mow today\n- rake');
      await page.getByText('You pasted 4 lines').waitFor();
      await page.screenshot({ path: `${SHOTS}pasted.png` });
      await page.getByRole('button', { name: 'Add 4 tasks' }).click();
      await row(page, 'mow').waitFor();
      await toast(page, 'Added 4 tasks').getByRole('button', { name: 'Undo' }).click();
      await row(page, 'mow').waitFor({ state: 'detached' });
      await paste('one\nline');
      await page.getByRole('button', { name: 'As one task' }).click();
      assert.equal(await page.getByLabel('Add a task').inputValue(), 'one line');
    });
  });
}
