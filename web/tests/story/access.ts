/** The page as people who do not see or hold a mouse use it: axe's rules, checked in the page itself. */
import assert from 'node:assert/strict';

import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Waits until everything that moves on the page has come to rest, but for what moves for ever. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

/** Fails on every violation that keeps somebody from using the page. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  await settled(page);
  // Evaluated by the debugger, not loaded by the page, so the Content-Security-Policy stays as it is.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = grave.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`);
  assert.equal(told.length, 0, `${where}\n${told.join('\n')}`);
}
