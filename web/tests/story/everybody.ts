/** The page for everybody: axe's rules on wide and phone, light and dark, in every dialog; and pictures to look at. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Task } from '../../src/lib/types.ts';
import { assertAccessible } from './access.ts';
import { daysFromNow, openSheet, PHONE, row, say, SHOTS, toast, WIDE, type Script, type Window } from './people.ts';
import { leave, type Stage } from './stage.ts';

const LOOKS = {
  wide: WIDE,
  dark: { ...WIDE, colorScheme: 'dark' },
  phone: PHONE,
  'phone-dark': { ...PHONE, colorScheme: 'dark' },
} as const;

export function everybody(stage: Stage): void {
  describe('everybody can use it', () => {
    const person = stage.person('everybody');
    let script: Script;
    let window: Window | undefined;

    before(async () => {
      script = await stage.script(person);
      const due = { date: daysFromNow(1) };
      await script.call<Task>('POST', '/tasks', { title: 'دودھ اور روٹی لانا', tags: ['گھر'], due });
      await script.call<Task>('POST', '/tasks', { title: 'Send the quarterly report', priority: 'urgent', project: 'work', due });
      await script.call<Task>('POST', '/tasks', { title: 'Call the landlord', priority: 'high', due: { date: daysFromNow(-1) } });
      await script.call<Task>('POST', '/tasks', { title: 'Stretch', due, recurrence: { rule: 'FREQ=DAILY' } });
    });
    after(() => leave(window, /401|ERR_INTERNET/));

    for (const [look, options] of Object.entries(LOOKS)) {
      test(`${look}: the list, its filters and its messages`, async () => {
        await leave(window, /401|ERR_INTERNET/);
        window = await stage.window(person, options);
        const { page } = window;
        await row(page, 'quarterly').waitFor();
        await assertAccessible(page, look);
        await page.screenshot({ path: `${SHOTS}${look}.png` });
        await page.getByRole('button', { name: 'Filter', exact: true }).click();
        await page.getByRole('button', { name: 'Overdue', exact: true }).click();
        await row(page, 'quarterly').waitFor({ state: 'detached' });
        await assertAccessible(page, `${look}, filters`);
        await page.getByRole('button', { name: 'Clear filters' }).click();
        await page.getByRole('button', { name: /^Filter/ }).click();
        await page.getByRole('button', { name: 'Select tasks' }).click();
        await row(page, 'quarterly').getByRole('checkbox').click();
        await assertAccessible(page, `${look}, selection`);
        await page.getByRole('button', { name: 'End the selection' }).click();
        await row(page, 'Stretch').getByRole('checkbox').click();
        await toast(page, 'Completed').waitFor();
        await assertAccessible(page, `${look}, messages`);
        const beside = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(beside, 0, 'the page is as wide as the window');
      });

      test(`${look}: the dialogs and the chat`, async () => {
        const { page } = window as Window;
        await openSheet(page, 'quarterly');
        await page.getByRole('dialog').getByText('added this task').waitFor();
        await assertAccessible(page, `${look}, sheet`);
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Settings' }).click();
        await page.getByLabel('Time zone').waitFor();
        await page.getByLabel('Quiet until').waitFor();
        await assertAccessible(page, `${look}, settings`);
        await page.keyboard.press('Escape');
        if (look.startsWith('phone')) await page.getByRole('navigation').getByRole('button', { name: 'Chat' }).tap();
        await say(page, 'delete send the quarterly report');
        await page.getByRole('log').getByRole('button', { name: 'No' }).waitFor();
        await assertAccessible(page, `${look}, chat`);
        await page.screenshot({ path: `${SHOTS}${look}-chat.png` });
        const answered = page.waitForResponse(/\/chat$/);
        await page.getByRole('log').getByRole('button', { name: 'No' }).click();
        await answered;
        await page.locator('.thinking').waitFor({ state: 'detached' });
        await page.route('**/chat', (route) => route.fulfill({ status: 401, body: '{}' }));
        await say(page, 'what is due today?');
        await page.getByText('Your session has ended').waitFor();
        await assertAccessible(page, `${look}, end of the session`);
      });
    }
  });
}
