/** The browser's own notifications: shown by one tab, once, and only while the person looks at none of them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { BrowserContext, Page } from 'playwright-core';

import type { Task } from '../../src/lib/types.ts';
import { prepare, signIn, soon, toast, type Script } from './people.ts';
import type { Stage } from './stage.ts';

/** What the page's own Notification objects leave behind, in each tab. */
interface Watched {
  notifications: { title: string; shown: boolean; notification: Notification }[];
  hide: (hidden: boolean) => void;
}

/**
 * Runs in the page before its scripts. The notifications stay real (the browser says that it has shown them); only the
 * visibility is acted, since an automated browser keeps every tab in sight.
 */
function watch(): void {
  const watched: Watched = {
    notifications: [],
    hide(hidden) {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    },
  };
  window.Notification = class extends Notification {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options);
      const entry = { title, shown: false, notification: this as Notification };
      watched.notifications.push(entry);
      this.addEventListener('show', () => (entry.shown = true));
    }
  };
  Object.assign(window, { watched });
}
type Watching = typeof globalThis & { watched: Watched };

const hide = (page: Page, hidden: boolean) => page.evaluate((value) => (window as unknown as Watching).watched.hide(value), hidden);
const shownIn = (page: Page) =>
  page.evaluate(() => (window as unknown as Watching).watched.notifications.filter(({ shown }) => shown).map(({ title }) => title));

export function notifications(stage: Stage): void {
  describe('notifications of the browser', () => {
    const person = stage.person('notified');
    let context: BrowserContext;
    let script: Script;
    let tabs: Page[];
    const shown = async () => (await Promise.all(tabs.map(shownIn))).flat().sort();

    /** Reminds of something, and waits until every tab has heard of it. */
    async function remind(title: string): Promise<void> {
      await script.call<Task>('POST', '/tasks', { title, reminders: [{ at: soon() }] });
      await Promise.all(tabs.map((tab) => toast(tab, title).waitFor()));
    }
    /** Waits until one of the tabs has shown it. */
    const told = (title: string) =>
      Promise.any(
        tabs.map((tab) =>
          tab.waitForFunction((wanted) => (window as unknown as Watching).watched.notifications.some((one) => one.shown && one.title === wanted), title),
        ),
      );

    before(async () => {
      script = await stage.script(person);
      context = await stage.browser.newContext({ timezoneId: 'UTC', locale: 'en-GB' });
      await context.grantPermissions(['notifications'], { origin: stage.suite.url });
      await context.addInitScript(watch);
      tabs = [prepare(await context.newPage()), prepare(await context.newPage())];
      for (const tab of tabs) await signIn(tab, stage.suite.url, person);
    });
    after(() => context?.close());

    test('two hidden tabs show one notification of each reminder', async () => {
      for (const tab of tabs) await hide(tab, true);
      await remind('first');
      await told('first');
      // By the time the second is shown, both tabs have long decided about the first.
      await remind('second');
      await told('second');
      assert.deepEqual(await shown(), ['first', 'second']);
    });

    test('a person who looks at one tab is not called by another', async () => {
      await hide(tabs[1] as Page, false);
      await remind('third');
      await hide(tabs[1] as Page, true);
      await remind('fourth');
      await told('fourth');
      assert.deepEqual(await shown(), ['first', 'fourth', 'second']);
    });

    test('the last open tab goes on alone, and a click opens the task', async () => {
      await tabs.pop()?.close();
      await remind('fifth');
      await told('fifth');
      const [tab] = tabs as [Page];
      await tab.evaluate(() => {
        const last = (window as unknown as Watching).watched.notifications.at(-1);
        last?.notification.dispatchEvent(new Event('click'));
      });
      await tab.getByRole('dialog').getByLabel('Title').waitFor();
      assert.equal(await tab.getByRole('dialog').getByLabel('Title').inputValue(), 'fifth');
    });
  });
}
