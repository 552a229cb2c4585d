/** What a person sees of the list: rows scroll out of sight above and below. */
import { tick } from 'svelte';

import type { Sight } from './actions.ts';
import type { Board } from './board.svelte.ts';

const rowOf = (id: string) => document.querySelector(`[data-open="${CSS.escape(id)}"]`)?.closest('[data-row]');

/** True when at least the upper half of an element is inside everything that scrolls around it. */
function inSight(element: Element): boolean {
  const { top, height } = element.getBoundingClientRect();
  const middle = top + height / 2;
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflowY === 'visible') continue;
    const edge = around.getBoundingClientRect();
    if (top < edge.top - 1 || middle > edge.bottom) return false;
  }
  return true;
}

export function sightOf(board: Board): Sight {
  return {
    async sees(id) {
      await tick();
      const row = rowOf(id);
      return row ? inSight(row) : false;
    },
    show(id) {
      const row = rowOf(id);
      row?.scrollIntoView({ block: 'center' });
      row?.querySelector<HTMLElement>('[data-open]')?.focus({ preventScroll: true });
      board.highlight(id);
    },
  };
}
