/** What one window does shows in the other, repeats come back, reminders arrive, and the trail tells who did it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Task, TaskPage } from '../../src/lib/types.ts';
import { openSheet, row, say, soon, toast, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

export function twoWindows(stage: Stage): void {
  describe('two windows of one person', () => {
    const person = stage.person('two');
    let script: Script;
    let a: Window;
    let b: Window;

    before(async () => {
      script = await stage.script(person);
      a = await stage.window(person);
      b = await stage.window(person);
    });
    after(async () => {
      await leave(a, /412/);
      await leave(b);
    });

    test('tasks said in one chat stand in the other list', async () => {
      await say(a.page, 'call mom tomorrow at 5pm');
      await a.page.getByRole('log').getByText('Added').waitFor();
      await row(b.page, 'mom').getByText('17:00').waitFor();
      assert.equal(await b.page.locator('#group-tomorrow').count(), 1);
      await say(a.page, 'water the plants every friday');
      await row(b.page, 'plants').getByText('every Friday').waitFor();
    });

    test('a line is understood while it is written', async () => {
      await b.page.getByLabel('Add a task').fill('stretch every day at 7am #health');
      await b.page.locator('#understood').getByText('every day').waitFor();
      await b.page.keyboard.press('Enter');
      await row(a.page, 'stretch').getByText('#health').waitFor();
    });

    test('a repeating task completed in one window comes back in the other', async () => {
      const first = await row(a.page, 'plants').locator('[data-open]').getAttribute('data-open');
      await row(b.page, 'plants').getByRole('checkbox').click();
      await a.page.locator(`[data-row]:not(:has([data-open="${first}"]))`).filter({ hasText: 'plants' }).waitFor();
      await a.page.locator(`[data-open="${first}"]`).waitFor({ state: 'detached' });
      const { tasks } = await script.call<TaskPage>('GET', '/tasks?q=plants');
      assert.deepEqual(tasks.map(({ created_by }) => created_by), ['recurring']);
    });

    test('a reminder shows in every window when it is due', async () => {
      await script.call<Task>('POST', '/tasks', { title: 'Take the bread out', reminders: [{ at: soon() }] });
      await Promise.all([a, b].map(({ page }) => toast(page, 'Take the bread out').waitFor()));
      await toast(a.page, 'Take the bread out').getByRole('button', { name: 'Dismiss' }).click();
      assert.equal(await toast(b.page, 'Take the bread out').count(), 1);
    });

    test('the activity of a task tells who did what', async () => {
      const sheet = await openSheet(a.page, 'mom');
      await sheet.getByText('You, in the chat, added this task').waitFor();
      await sheet.getByRole('button', { name: 'High' }).click();
      await sheet.getByRole('button', { name: 'Save' }).click();
      await row(b.page, 'mom').getByText('high').waitFor();
      await openSheet(a.page, 'mom');
      await sheet.getByText('You changed the priority').waitFor();
      await sheet.getByRole('definition').getByText(/none.*high/).waitFor();
      await a.page.keyboard.press('Escape');
      await openSheet(a.page, 'plants');
      await sheet.getByText('The repeat rule added this task').waitFor();
      await a.page.keyboard.press('Escape');
    });

    test('a newer version does not cost the draft', async () => {
      const task = await script.call<Task>('POST', '/tasks', { title: 'Pay rent' });
      const sheet = await openSheet(a.page, 'Pay rent');
      await sheet.getByLabel('Description').fill('from the joint account');
      await script.call<Task>('PATCH', `/tasks/${task.id}`, { title: 'Pay the rent' });
      await sheet.getByText('This task was changed elsewhere').waitFor();
      await sheet.getByRole('button', { name: 'Keep my changes on top' }).click();
      await sheet.getByRole('button', { name: 'Save' }).click();
      await sheet.waitFor({ state: 'detached' });
      const saved = await script.call<Task>('GET', `/tasks/${task.id}`);
      assert.deepEqual([saved.title, saved.description], ['Pay the rent', 'from the joint account']);
    });

    test('a save that comes too late is a choice, not a loss', async () => {
      const task = await script.call<Task>('POST', '/tasks', { title: 'Mend the bike' });
      const sheet = await openSheet(b.page, 'Mend the bike');
      // This window learns of the other change only from the server's refusal.
      const change = () => script.call<Task>('PATCH', `/tasks/${task.id}`, { priority: 'high' });
      await b.page.route('**/tasks/*', (route) => change().then(() => route.continue()), { times: 1 });
      await sheet.getByLabel('Title').fill('Mend the red bike');
      await sheet.getByRole('button', { name: 'Save' }).click();
      await sheet.getByText('This task was changed elsewhere').waitFor();
      await sheet.getByRole('button', { name: 'Use the newer version' }).click();
      assert.equal(await sheet.getByLabel('Title').inputValue(), 'Mend the bike');
      await b.page.keyboard.press('Escape');
      b.complaints.splice(0);
    });

    test('deleting can be undone, and completing too', async () => {
      await row(a.page, 'bread').hover();
      await row(a.page, 'bread').getByRole('button', { name: /^Delete/ }).click();
      await row(a.page, 'bread').waitFor({ state: 'detached' });
      await toast(a.page, 'Deleted').getByRole('button', { name: 'Undo' }).click();
      await row(a.page, 'bread').getByRole('checkbox').click();
      await row(b.page, 'bread').waitFor({ state: 'detached' });
      await toast(a.page, 'Completed').getByRole('button', { name: 'Undo' }).click();
      await row(b.page, 'bread').waitFor();
    });

    test('another person sees nothing of it', async () => {
      const stranger = stage.person('stranger');
      const other = await stage.window(stranger);
      await other.page.getByText('Nothing to do').waitFor();
      assert.equal(await other.page.locator('[data-row]').count(), 0);
      const theirs = await stage.script(stranger);
      assert.equal(await theirs.status(`/api/${person}/tasks`), 403);
      await leave(other);
    });
  });
}
