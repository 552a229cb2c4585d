/** Which key means what. The page acts; this table decides, so that it can be tested and shown in the help. */

export type Command =
  | 'new'
  | 'search'
  | 'chat'
  | 'next'
  | 'previous'
  | 'complete'
  | 'edit'
  | 'delete'
  | 'undo'
  | 'select'
  | 'help';

export interface Shortcut {
  keys: string[];
  command: Command;
  does: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['n'], command: 'new', does: 'Add a task' },
  { keys: ['/'], command: 'search', does: 'Search' },
  { keys: ['c'], command: 'chat', does: 'Write in the chat' },
  { keys: ['j', 'ArrowDown'], command: 'next', does: 'Next task' },
  { keys: ['k', 'ArrowUp'], command: 'previous', does: 'Previous task' },
  { keys: ['x'], command: 'complete', does: 'Complete or reopen the task' },
  { keys: ['e'], command: 'edit', does: 'Open the task' },
  { keys: ['#', 'Delete'], command: 'delete', does: 'Delete the task' },
  { keys: ['s'], command: 'select', does: 'Select the task' },
  { keys: ['u'], command: 'undo', does: 'Undo' },
  { keys: ['?'], command: 'help', does: 'Show this help' },
];

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The command of a key press; none while writing in a field or with a modifier the browser may own. */
export function commandOf(press: Press, writing: boolean): Command | null {
  if (writing || press.altKey) return null;
  if (press.ctrlKey || press.metaKey) return press.key === 'z' ? 'undo' : null;
  return SHORTCUTS.find(({ keys }) => keys.includes(press.key))?.command ?? null;
}

/** How a key is printed in the help. */
export function keyName(key: string): string {
  const names: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Delete: 'Del' };
  return names[key] ?? key;
}

/** True for elements that take typed text or arrow keys themselves. */
export function takesText(element: Element | null): boolean {
  return element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}
