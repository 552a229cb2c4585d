/** Carries out keyboard commands. Rows are found in the page itself, in the order a person sees them. */
import { tick } from 'svelte';

import type { Desk } from './desk.svelte.ts';
import type { Command } from './keyboard.ts';

export interface Surroundings {
  showHelp: () => void;
}

/** Ids of the places the keys jump to. */
export const PLACES = { add: 'quick-add', search: 'search', chat: 'chat-message' } as const;

export function runCommand(command: Command, desk: Desk, around: Surroundings): void {
  switch (command) {
    case 'new':
      return jump('tasks', PLACES.add, desk);
    case 'search':
      return jump('tasks', PLACES.search, desk);
    case 'chat':
      return jump('chat', PLACES.chat, desk);
    case 'help':
      return around.showHelp();
    case 'next':
      return step(1);
    case 'previous':
      return step(-1);
    case 'complete':
    case 'edit':
    case 'delete':
      return onFocusedTask(command, desk);
  }
}

function jump(tab: Desk['tab'], id: string, desk: Desk): void {
  desk.tab = tab;
  void tick().then(() => document.getElementById(id)?.focus());
}

function step(by: 1 | -1): void {
  const rows = titles();
  const at = focusedIndex(rows);
  const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[to]?.focus();
  rows[to]?.scrollIntoView({ block: 'nearest' });
}

function onFocusedTask(command: 'complete' | 'edit' | 'delete', desk: Desk): void {
  const rows = titles();
  const at = focusedIndex(rows);
  const task = desk.board.find(rows[at]?.dataset['open'] ?? '');
  if (!task) return;
  if (command === 'edit') return desk.open(task);
  // The row is about to leave: the focus goes to its neighbour instead of falling to the page.
  (rows[at + 1] ?? rows[at - 1])?.focus();
  if (command === 'complete') void desk.actions.toggle(task);
  else desk.actions.remove(task);
}

const titles = () => [...document.querySelectorAll<HTMLElement>('[data-open]')];

function focusedIndex(rows: HTMLElement[]): number {
  const row = document.activeElement?.closest('[data-row]');
  return rows.findIndex((title) => row?.contains(title));
}
