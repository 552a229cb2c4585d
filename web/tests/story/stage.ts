/** What every chapter of the story plays on: one suite, one browser, and people who are told apart by the chapter. */
import assert from 'node:assert/strict';

import type { Browser, BrowserContextOptions } from 'playwright-core';

import { openBrowser, openWindow, scriptOf, type Script, type Window } from './people.ts';
import { startSuite, type Suite } from './suite.ts';

export class Stage {
  suite!: Suite;
  browser!: Browser;
  readonly #run = Date.now().toString(36);

  async open(): Promise<void> {
    this.suite = await startSuite();
    this.browser = await openBrowser();
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.suite?.stop();
  }

  /** A person whom no other run and no other chapter knows. */
  person(name: string): string {
    return `${name}-${this.#run}`;
  }

  window(person: string, options?: BrowserContextOptions): Promise<Window> {
    return openWindow(this.browser, this.suite.url, person, options);
  }

  script(person: string): Promise<Script> {
    return scriptOf(this.suite.url, person);
  }
}

/** Closes a window; its browser must have had nothing to complain about but what the chapter brought about. */
export async function leave(window: Window | undefined, expected = /^$/): Promise<void> {
  await window?.close();
  assert.deepEqual(window?.complaints.filter((text) => !expected.test(text)) ?? [], []);
}
