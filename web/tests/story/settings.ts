/** What a person sets once, and messages that come while a dialog is open. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Request } from 'playwright-core';

import type { NotificationPreferences, Settings, Task } from '../../src/lib/types.ts';
import { row, soon, toast, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

export function settings(stage: Stage): void {
  describe('settings', () => {
    const person = stage.person('settled');
    let script: Script;
    let window: Window;
    const dialog = () => window.page.getByRole('dialog', { name: 'Settings' });

    before(async () => {
      script = await stage.script(person);
      window = await stage.window(person);
    });
    after(() => leave(window, /422|400/));

    test('everything that is set is kept', async () => {
      await window.page.getByRole('button', { name: 'Settings' }).click();
      await dialog().getByLabel('Time zone').fill('Asia/Karachi');
      await dialog().getByLabel('Language you write in').selectOption('ur');
      await dialog().getByLabel('Default reminder').selectOption({ label: '30 minutes before' });
      await dialog().getByLabel('E-mail', { exact: true }).check();
      await dialog().getByLabel('Address for reminders').fill('zia@example.org');
      await dialog().getByLabel('A repeat made the next task').check();
      await dialog().getByRole('button', { name: 'Save' }).click();
      await toast(window.page, 'Settings saved').waitFor();
      const kept = await script.call<Settings>('GET', '/settings');
      assert.deepEqual(kept, { ...kept, zone: 'Asia/Karachi', locale: 'ur', default_reminder_minutes: 30 });
      assert.deepEqual([...kept.channels].sort(), ['email', 'push']);
      const wishes = await script.call<NotificationPreferences>('GET', '/notifications/preferences');
      assert.deepEqual([wishes.email, wishes.changes_by], ['zia@example.org', ['recurring']]);
      await window.page.reload();
      await window.page.locator('.content[dir=rtl]').waitFor();
      await window.page.getByRole('button', { name: 'Settings' }).click();
      assert.equal(await dialog().getByLabel('Time zone').inputValue(), 'Asia/Karachi');
      assert.equal(await dialog().getByLabel('Address for reminders').inputValue(), 'zia@example.org');
    });

    test('a zone that does not exist is refused in words, and the dialog stays', async () => {
      await dialog().getByLabel('Time zone').fill('Mars/Olympus');
      await dialog().getByRole('button', { name: 'Save' }).click();
      await dialog().getByText('“Mars/Olympus” is not a time zone').waitFor();
      const field = dialog().getByLabel('Time zone');
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      await window.page.waitForFunction((one) => one === document.activeElement, await field.elementHandle());
    });

    test('a message that comes over an open dialog can be used', async () => {
      await script.call<Task>('POST', '/tasks', { title: 'Turn the stove off', reminders: [{ at: soon() }] });
      await toast(window.page, 'stove').getByRole('button', { name: 'Open' }).click();
      const sheet = window.page.getByRole('dialog', { name: /^Task/ });
      await sheet.getByLabel('Title').waitFor();
      assert.equal(await sheet.getByLabel('Title').inputValue(), 'Turn the stove off');
      await window.page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      assert.equal(await dialog().getByLabel('Time zone').inputValue(), 'Mars/Olympus');
      await window.page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
    });

    test('who never chose a time zone is asked until they answer', async () => {
      const newcomer = stage.person('berlin');
      const elsewhere = await stage.window(newcomer, { timezoneId: 'Europe/Berlin' });
      const question = toast(elsewhere.page, 'Your tasks use the time zone UTC');
      await question.waitFor();
      // Those of the page as it is loaded anew: what the old one still asked for goes with it.
      const listings = new Set<Request>();
      const givenUp: string[] = [];
      elsewhere.page.on('framenavigated', () => listings.clear());
      elsewhere.page.on('request', (request) => /\/tasks\?/.test(request.url()) && listings.add(request));
      elsewhere.page.on('requestfailed', (request) => listings.has(request) && givenUp.push(request.url()));
      await elsewhere.page.reload();
      await question.waitFor();
      assert.ok(listings.size >= 1 && listings.size <= 2, `${listings.size} listings for one reload`);
      assert.deepEqual(givenUp, [], 'listings that were given up');
      await question.getByRole('button', { name: 'Use Europe/Berlin' }).click();
      await question.waitFor({ state: 'detached' });
      await elsewhere.page.getByLabel('Add a task').fill('call mom tomorrow at 5pm');
      await elsewhere.page.keyboard.press('Enter');
      await row(elsewhere.page, 'call mom').getByText('17:00').waitFor();
      const theirs = await stage.script(newcomer);
      assert.equal((await theirs.call<Settings>('GET', '/settings')).zone, 'Europe/Berlin');
      await leave(elsewhere);
    });

    test('a repeat that made the next task is told, as it was wished', async () => {
      await script.call<Task>('POST', '/tasks', { title: 'Stretch', due: { date: '2030-01-01' }, recurrence: { rule: 'FREQ=DAILY' } });
      await row(window.page, 'Stretch').getByRole('checkbox').click();
      await toast(window.page, 'Stretch').filter({ hasNotText: 'Completed' }).waitFor();
    });
  });
}
