/**
 * Every state of the page as pictures, to be looked at by people: `npm run looks`, then open `screenshots/`. Nothing is
 * asserted here; the story does that.
 */
import { mkdir } from 'node:fs/promises';

import type { BrowserContextOptions, Page } from 'playwright-core';

import type { Task } from '../src/lib/types.ts';
import { daysFromNow, openBrowser, openSheet, openWindow, PHONE, row, say, scriptOf, SHOTS, toast, type Script } from './story/people.ts';
import { startSuite } from './story/suite.ts';

const WIDE = { viewport: { width: 1440, height: 900 } };
const LAPTOP = { viewport: { width: 1280, height: 720 } };
const VARIANTS: [string, BrowserContextOptions][] = [
  ['wide', WIDE],
  ['wide-dark', { ...WIDE, colorScheme: 'dark' }],
  ['laptop', LAPTOP],
  ['phone', PHONE],
  ['phone-dark', { ...PHONE, colorScheme: 'dark' }],
];
const LONG = 'Ask the landlord about the heating, the leaking window in the kitchen and the key to the cellar before winter';

/** Tasks of every kind, and 200 more when asked for. */
async function furnish(script: Script, many: boolean): Promise<void> {
  const due = (days: number) => ({ date: daysFromNow(days) });
  const tasks: object[] = [
    { title: 'Send the quarterly report', priority: 'urgent', project: 'work', due: due(-2), tags: ['office'] },
    { title: 'Call mom', due: { local: `${daysFromNow(0)}T23:30` }, priority: 'high', tags: ['family'], description: 'Ask about the trip to Lahore and the photographs' },
    { title: 'Stretch', due: due(0), recurrence: { rule: 'FREQ=DAILY' } },
    { title: LONG, due: due(1), tags: ['a-very-long-tag-that-nobody-would-write-but-somebody-will', 'flat', 'landlord', 'winter'] },
    { title: 'دودھ اور روٹی لانا', tags: ['گھر'], due: due(1), description: 'دکان سے واپسی پر' },
    { title: 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsnachtrag', due: due(3) },
    { title: 'Pay rent', due: due(9), recurrence: { rule: 'FREQ=MONTHLY;BYMONTHDAY=-1' }, priority: 'medium' },
    { title: 'Learn to juggle', reminders: [] },
  ];
  if (many) for (let n = 1; n <= 220; n++) tasks.push({ title: `Errand number ${n}`, due: due(n % 40), tags: [`tag${n % 30}`], project: `project ${n % 7}` });
  for (const task of tasks) await script.call<Task>('POST', '/tasks', task);
}

async function tour(page: Page, script: Script, shot: (name: string) => Promise<unknown>): Promise<void> {
  const phone = (page.viewportSize()?.width ?? 0) < 800;
  const tab = (name: string) => (phone ? page.getByRole('navigation').getByRole('button', { name }).click() : undefined);
  await shot('empty');
  await furnish(script, false);
  await row(page, 'juggle').waitFor();
  await shot('tasks');
  await page.getByLabel('Add a task').fill('pay rent every last workday at 9 remind me a day before !high #flat');
  await page.locator('#understood').getByText('then').waitFor();
  await shot('quick-add');
  await page.getByLabel('Add a task').fill('');
  await page.getByRole('button', { name: /^Filter/ }).click();
  for (const name of ['Next 7 days', '#flat', '#family', 'Any of them']) {
    await page.locator('#filter-choices').getByRole('button', { name, exact: true }).click();
  }
  await shot('filters');
  await page.getByRole('button', { name: /^Filter/ }).click();
  await shot('filters-folded');
  await page.goto(new URL(page.url()).origin);
  await page.getByLabel('Search tasks').fill('unicorn');
  await page.getByText('Nothing found').waitFor();
  await shot('nothing-found');
  await page.getByLabel('Search tasks').fill('');
  await row(page, 'juggle').waitFor();
  await page.locator('#group-completed button').click();
  await page.getByRole('button', { name: 'Select tasks' }).click();
  await row(page, 'Stretch').getByRole('checkbox').click();
  await row(page, 'Pay rent').getByRole('checkbox').click();
  await shot('selection');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await toast(page, 'Deleted 2 tasks').waitFor();
  await row(page, 'juggle').getByRole('checkbox').click();
  await toast(page, 'Completed').waitFor();
  await script.call<Task>('POST', '/tasks', { title: 'Take the bread out', reminders: [{ at: new Date(Date.now() + 1_500).toISOString() }] });
  await toast(page, 'bread').waitFor();
  await shot('toasts');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('E-mail').check();
  await page.getByText('An assistant changed').waitFor();
  await shot('settings');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Dismiss all' }).click();
  const talk = await script.call<Task>('POST', '/tasks', { title: 'Talk to Amina', due: { local: `${daysFromNow(2)}T10:00` }, tags: ['family'] });
  await script.call<Task>('PATCH', `/tasks/${talk.id}`, { due: { date: daysFromNow(3) }, tags: ['family', 'دوست'], description: 'About the summer' });
  const sheet = await openSheet(page, 'Amina');
  await sheet.getByText('You changed').waitFor();
  await shot('sheet');
  await sheet.locator('.body').evaluate((body) => body.scrollTo(0, body.scrollHeight));
  await shot('activity');
  await sheet.getByLabel('Description').fill('about the summer');
  await script.call<Task>('PATCH', `/tasks/${talk.id}`, { title: 'Talk to Amina and Zia', priority: 'high' });
  await sheet.getByText('changed elsewhere').waitFor();
  await sheet.locator('.body').evaluate((body) => body.scrollTo(0, 0));
  await shot('conflict');
  await page.keyboard.press('Escape');
  await shot('leave');
  await sheet.getByRole('button', { name: 'Leave' }).click();
  await tab('Chat');
  await shot('chat-empty');
  await say(page, 'water the plants every friday');
  await page.getByRole('log').getByText('Added').waitFor();
  await say(page, 'delete call mom');
  await page.getByRole('log').getByRole('button', { name: 'Yes' }).waitFor();
  await shot('chat-confirm');
  await say(page, 'what is due this week?');
  await page.getByRole('log').getByText('report').waitFor();
  await shot('chat-list');
  await tab('Tasks');
  if (!phone) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await shot('shortcuts');
    await page.keyboard.press('Escape');
  }
  await page.context().setOffline(true);
  await page.locator('[data-state=offline]').waitFor();
  await page.getByLabel('Search tasks').fill('juggle');
  await page.getByRole('alert').waitFor();
  await shot('offline');
  await page.context().setOffline(false);
  await page.getByLabel('Search tasks').fill('');
  await page.locator('[data-state=live]').waitFor();
  await furnish(script, true);
  await row(page, 'Errand number').first().waitFor({ state: 'attached' });
  await page.locator('.list').evaluate((list) => list.scrollTo(0, 1_500));
  await shot('many');
  const settings = await script.call<object>('GET', '/settings');
  await script.call('PUT', '/settings', { ...settings, locale: 'ur' });
  await page.reload();
  await row(page, 'دودھ').first().waitFor();
  await shot('right-to-left');
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, body: '{}' }));
  await page.getByRole('button', { name: 'Completed', exact: true }).first().click();
  await page.getByText('Your session has ended').waitFor();
  await shot('session-ended');
}

const suite = await startSuite();
const browser = await openBrowser();
await mkdir(SHOTS, { recursive: true });
const only = process.argv[2];
try {
  for (const [variant, options] of VARIANTS.filter(([name]) => !only || name === only)) {
    const name = `looks-${variant}-${Date.now().toString(36)}`;
    const visitor = await (await browser.newContext(options)).newPage();
    await visitor.goto(suite.url);
    await visitor.getByLabel('Your name').waitFor();
    await visitor.screenshot({ path: `${SHOTS}${variant}-sign-in.png` });
    await visitor.context().close();
    const script = await scriptOf(suite.url, name);
    const { page, close } = await openWindow(browser, suite.url, name, options);
    await tour(page, script, (state) => page.screenshot({ path: `${SHOTS}${variant}-${state}.png`, animations: 'disabled' }));
    await close();
  }
} finally {
  await browser.close();
  await suite.stop();
}
