/**
 * The page's story, played in real browser windows against the whole suite: what one window does shows in the other,
 * repeats come back, reminders arrive, the trail tells who did it, and other people see nothing.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { Browser } from 'playwright-core';

import type { Task, TaskPage } from '../src/lib/types.ts';
import { assertAccessible } from './story/access.ts';
import { openBrowser, openWindow, PHONE, row, say, scriptOf, toast, WIDE, type Script, type Window } from './story/people.ts';
import { startSuite, type Suite } from './story/suite.ts';

const SHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));
const NAME = `story-${Date.now().toString(36)}`;

describe('two windows of one person', { timeout: 300_000 }, () => {
  let suite: Suite;
  let browser: Browser;
  let script: Script;
  let a: Window;
  let b: Window;

  before(async () => {
    suite = await startSuite();
    await mkdir(SHOTS, { recursive: true });
    browser = await openBrowser();
    script = await scriptOf(suite.url, NAME);
    a = await openWindow(browser, suite.url, NAME);
    b = await openWindow(browser, suite.url, NAME);
  });

  after(async () => {
    await browser?.close();
    await suite?.stop();
  });

  test('a task said in one chat stands in the other list', async () => {
    await say(a.page, 'call mom tomorrow at 5pm');
    await a.page.getByRole('log').getByText(/call mom/i).nth(1).waitFor();
    await row(b.page, 'mom').getByText('17:00').waitFor();
    assert.equal(await b.page.locator('#group-tomorrow').count(), 1);
  });

  test('a line is understood while it is written', async () => {
    await b.page.keyboard.press('n');
    await b.page.keyboard.type('water the plants every friday', { delay: 5 });
    await b.page.locator('#understood').getByText('every Friday').waitFor();
    await b.page.keyboard.press('Enter');
    await row(a.page, 'plants').waitFor();
  });

  test('a repeating task completed in one window comes back in the other', async () => {
    const first = await row(a.page, 'plants').locator('[data-open]').getAttribute('data-open');
    await row(b.page, 'plants').getByRole('checkbox').click();
    const next = a.page.locator(`[data-row]:not(:has([data-open="${first}"]))`).filter({ hasText: 'plants' });
    await next.waitFor();
    await a.page.locator(`[data-open="${first}"]`).waitFor({ state: 'detached' });
    const { tasks } = await script.call<TaskPage>('GET', '/tasks?q=plants');
    assert.equal(tasks.length, 1);
    assert.equal(tasks[0]?.created_by, 'recurring');
  });

  test('a reminder shows in every window', async () => {
    const at = new Date(Date.now() + 4_000).toISOString();
    await script.call<Task>('POST', '/tasks', { title: 'Take the bread out', reminders: [{ at }] });
    await Promise.all([a, b].map(({ page }) => toast(page, 'Take the bread out').waitFor()));
    await toast(a.page, 'Take the bread out').getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await toast(b.page, 'Take the bread out').count(), 1);
  });

  test('the activity of a task tells who did what', async () => {
    await row(a.page, 'mom').locator('[data-open]').click();
    const sheet = a.page.getByRole('dialog');
    await sheet.getByText('You, in the chat, added this task').waitFor();
    await sheet.getByRole('button', { name: 'High' }).click();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await row(b.page, 'mom').getByText('high').waitFor();
    await row(a.page, 'mom').locator('[data-open]').click();
    await sheet.getByText('You changed the priority').waitFor();
    await a.page.keyboard.press('Escape');
  });

  test('a newer version does not cost the draft', async () => {
    const task = await script.call<Task>('POST', '/tasks', { title: 'Pay rent' });
    await row(a.page, 'Pay rent').locator('[data-open]').click();
    const sheet = a.page.getByRole('dialog');
    await sheet.getByLabel('Description').fill('from the joint account');
    await script.call<Task>('PATCH', `/tasks/${task.id}`, { title: 'Pay the rent' });
    await sheet.getByText('This task was changed elsewhere').waitFor();
    await sheet.getByRole('button', { name: 'Keep my changes on top' }).click();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await sheet.waitFor({ state: 'detached' });
    const saved = await script.call<Task>('GET', `/tasks/${task.id}`);
    assert.deepEqual([saved.title, saved.description], ['Pay the rent', 'from the joint account']);
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

  test('what happened while a window was offline is caught up', async () => {
    await b.page.context().setOffline(true);
    await b.page.locator('[data-state=offline]').waitFor();
    await script.call<Task>('POST', '/tasks', { title: 'Buy stamps' });
    await row(a.page, 'Buy stamps').waitFor();
    assert.equal(await row(b.page, 'Buy stamps').count(), 0);
    await b.page.context().setOffline(false);
    await row(b.page, 'Buy stamps').waitFor();
    await b.page.locator('[data-state=live]').waitFor();
  });

  test('the keyboard is enough', async () => {
    const { page } = a;
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('stamps');
    await row(page, 'rent').waitFor({ state: 'detached' });
    await page.getByLabel('Search tasks').blur();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await row(b.page, 'stamps').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await row(page, 'rent').waitFor();
    await page.getByLabel('Search tasks').blur();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('dialog').count(), 0);
  });

  test('another person sees nothing of it', async () => {
    const other = await openWindow(browser, suite.url, `${NAME}-other`);
    await other.page.getByText('Nothing to do').waitFor();
    assert.equal(await other.page.locator('[data-row]').count(), 0);
    const theirs = await scriptOf(suite.url, `${NAME}-other`);
    assert.equal(await theirs.status(`/api/${NAME}/tasks`), 403);
    await other.close();
  });

  test('a token that is no longer accepted leads back to the door', async () => {
    const guest = await openWindow(browser, suite.url, NAME);
    const refusal = { status: 401, contentType: 'application/problem+json', body: '{"status":401,"title":"Unauthorized"}' };
    await guest.page.route('**/api/**', (route) => route.fulfill(refusal));
    await guest.page.getByRole('button', { name: 'Completed', exact: true }).last().click();
    await guest.page.getByText('Your session has ended').waitFor();
    assert.equal(await guest.page.getByLabel('Your name').inputValue(), NAME);
    await guest.close();
  });

  test('wide, on a phone and in the dark everybody can use it', async () => {
    await script.call<Task>('POST', '/tasks', { title: 'دودھ اور روٹی لانا', tags: ['گھر'], due: { date: tomorrow() } });
    await script.call<Task>('POST', '/tasks', { title: 'Send the quarterly report', priority: 'urgent', project: 'work', due: { date: tomorrow() } });
    await assertAccessible(a.page, 'wide');
    await a.page.screenshot({ path: `${SHOTS}wide.png` });
    const phone = await openWindow(browser, suite.url, NAME, PHONE);
    await row(phone.page, 'quarterly').waitFor();
    await assertAccessible(phone.page, 'phone');
    await phone.page.screenshot({ path: `${SHOTS}phone.png` });
    await phone.page.getByRole('button', { name: 'Chat' }).tap();
    await assertAccessible(phone.page, 'phone chat');
    const dark = await openWindow(browser, suite.url, NAME, { ...WIDE, colorScheme: 'dark' });
    await row(dark.page, 'quarterly').waitFor();
    await assertAccessible(dark.page, 'dark');
    await dark.page.screenshot({ path: `${SHOTS}dark.png` });
    await row(dark.page, 'quarterly').locator('[data-open]').click();
    await assertAccessible(dark.page, 'sheet');
    await dark.page.keyboard.press('Escape');
    await dark.page.getByRole('button', { name: 'Settings' }).click();
    await dark.page.getByLabel('Time zone').waitFor();
    await assertAccessible(dark.page, 'settings');
  });

  test('no browser complained about the page', () => {
    const expected = /ERR_INTERNET_DISCONNECTED|412/;
    assert.deepEqual([...a.complaints, ...b.complaints].filter((text) => !expected.test(text)), []);
  });
});

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
}
