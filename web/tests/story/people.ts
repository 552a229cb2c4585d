/** People in front of browser windows, and what a script of theirs does through the REST interface. */
import { fileURLToPath } from 'node:url';

import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';

export const WIDE = { viewport: { width: 1360, height: 900 } } as const;
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;
/** Where pictures go; git ignores it. */
export const SHOTS = fileURLToPath(new URL('../../screenshots/', import.meta.url));
/** How long anything may take to appear. */
export const PATIENCE_MS = 30_000;

export function openBrowser(): Promise<Browser> {
  const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map((name) => `--disable-${name}`);
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet],
  });
}

export interface Window {
  page: Page;
  /** What the browser complained about: script errors, refused sources of the Content-Security-Policy. */
  complaints: string[];
  close: () => Promise<void>;
}

/** A window of its own (nothing shared with the others), signed in. */
export async function openWindow(browser: Browser, url: string, name: string, options: BrowserContextOptions = WIDE): Promise<Window> {
  const context = await browser.newContext({ timezoneId: 'UTC', locale: 'en-GB', ...options });
  const page = prepare(await context.newPage());
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await signIn(page, url, name);
  return { page, complaints, close: () => context.close() };
}

/** Gives a page the patience that a loaded machine needs. */
export function prepare(page: Page): Page {
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** Goes to the page and signs in; the list is there and the connection is live. */
export async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('[data-state=live]').waitFor();
  await page.locator('#group-completed').waitFor();
}

/** Opens the sheet of a task from the list. */
export async function openSheet(page: Page, title: string): Promise<Locator> {
  await row(page, title).locator('[data-open]').click();
  const sheet = page.getByRole('dialog', { name: /^Task/ });
  await sheet.getByLabel('Title').waitFor();
  return sheet;
}

/** The list's row of a task. */
export function row(page: Page, title: string) {
  return page.getByRole('region', { name: 'Tasks' }).locator('[data-row]').filter({ hasText: title });
}

export function toast(page: Page, text: string) {
  return page.getByRole('region', { name: 'Messages' }).getByRole('listitem').filter({ hasText: text });
}

/** Says a line in the chat. */
export async function say(page: Page, line: string): Promise<void> {
  await page.getByLabel('Message to Todo').fill(line);
  await page.keyboard.press('Enter');
}

export interface Script {
  call: <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<T>;
  /** The status of a GET, for what must be refused. */
  status: (path: string) => Promise<number>;
}

/** The REST interface as a person's own script uses it. */
export async function scriptOf(url: string, name: string): Promise<Script> {
  const json = { 'content-type': 'application/json' };
  const login = await fetch(`${url}/auth/dev-login`, { method: 'POST', headers: json, body: JSON.stringify({ user_id: name }) });
  const { token } = (await login.json()) as { token: string };
  const authorization = `Bearer ${token}`;
  return {
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
      const init: RequestInit = { method, headers: { ...json, authorization, ...headers } };
      if (body !== undefined) init.body = JSON.stringify(body);
      const answer = await fetch(`${url}/api/${name}${path}`, init);
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    status: async (path) => (await fetch(url + path, { headers: { authorization } })).status,
  };
}

/** A day before or after today as `2026-11-22`; the windows of the story live in UTC. */
export const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** A moment from now at which a reminder can still be set, and is not waited for long. */
export const soon = () => new Date(Date.now() + 1_500).toISOString();
