/** Carries out keyboard commands. Rows are found in the page itself, in the order a person sees them. */
import { tick } from 'svelte';

import type { Desk } from './desk.svelte.ts';
import type { Command } from './keyboard.ts';
import { completePicked, removePicked, titles } from './picked.ts';

/** Ids of the places the keys jump to. */
export const PLACES = { add: 'quick-add', search: 'search', chat: 'chat-message' } as const;

/** True when the key meant something here. */
export function runCommand(command: Command, desk: Desk, showHelp: () => void): boolean {
  switch (command) {
    case 'new':
      return jump('tasks', PLACES.add, desk);
    case 'search':
      return jump('tasks', PLACES.search, desk);
    case 'chat':
      return jump('chat', PLACES.chat, desk);
    case 'help':
      showHelp();
      return true;
    case 'undo':
      return desk.toasts.undo();
    case 'next':
      return step(1);
    case 'previous':
      return step(-1);
    case 'complete':
    case 'edit':
    case 'delete':
    case 'select':
      return onTasks(command, desk);
  }
}

function jump(tab: Desk['tab'], id: string, desk: Desk): true {
  desk.tab = tab;
  void tick().then(() => document.getElementById(id)?.focus());
  return true;
}

function step(by: 1 | -1): boolean {
  const rows = titles();
  const at = focusedIndex(rows);
  const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[to]?.focus();
  rows[to]?.scrollIntoView({ block: 'nearest' });
  return rows.length > 0;
}

function onTasks(command: 'complete' | 'edit' | 'delete' | 'select', desk: Desk): boolean {
  if (desk.selection.size && (command === 'complete' || command === 'delete')) {
    if (command === 'complete') completePicked(desk);
    else removePicked(desk);
    return true;
  }
  const rows = titles();
  const at = focusedIndex(rows);
  const task = desk.board.find(rows[at]?.dataset['open'] ?? '');
  if (!task) return false;
  if (command === 'edit') desk.open(task);
  else if (command === 'select') desk.selection.toggle(task.id);
  else {
    // The row is about to leave: the focus goes to its neighbour instead of falling to the page.
    (rows[at + 1] ?? rows[at - 1])?.focus();
    if (command === 'complete') void desk.actions.toggle(task);
    else desk.actions.remove([task]);
  }
  return true;
}

function focusedIndex(rows: HTMLElement[]): number {
  const row = document.activeElement?.closest('[data-row]');
  return rows.findIndex((title) => row?.contains(title));
}
