/** Movement that helps the eye, and none for people who asked for less of it. */
import type { TransitionConfig } from 'svelte/transition';

/** A duration in milliseconds, 0 when motion is unwanted. */
export function calm(milliseconds: number): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : milliseconds;
}

/** A row that leaves the list closes its gap. */
export function leave(node: Element): TransitionConfig {
  const height = (node as HTMLElement).offsetHeight;
  return {
    duration: calm(180),
    css: (left) => `overflow: hidden; height: ${left * height}px; opacity: ${left}`,
  };
}

/** A message comes up from the edge. */
export function rise(_node: Element): TransitionConfig {
  return { duration: calm(260), css: (_, left) => `opacity: ${1 - left}; transform: translateY(${left * 10}px)` };
}
