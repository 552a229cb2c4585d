/**
 * The page's story, played in real browser windows against the whole suite. Each chapter has people of its own, so any
 * of them can be played alone:
 * `node --import ./tests/typescript.mjs --test --test-name-pattern keyboard tests/story.test.ts`.
 */
import { mkdir } from 'node:fs/promises';
import { after, before, describe } from 'node:test';

import { connection } from './story/connection.ts';
import { everybody } from './story/everybody.ts';
import { filters } from './story/filters.ts';
import { keyboard } from './story/keyboard.ts';
import { leaving } from './story/leaving.ts';
import { notifications } from './story/notifications.ts';
import { SHOTS } from './story/people.ts';
import { room } from './story/room.ts';
import { sessions } from './story/session.ts';
import { settings } from './story/settings.ts';
import { Stage } from './story/stage.ts';
import { twoWindows } from './story/two-windows.ts';

describe('the story', { timeout: 600_000 }, () => {
  const stage = new Stage();
  before(async () => {
    await mkdir(SHOTS, { recursive: true });
    await stage.open();
  });
  after(() => stage.close());

  for (const chapter of [twoWindows, keyboard, filters, notifications, connection, sessions, settings, leaving, room, everybody]) chapter(stage);
});
