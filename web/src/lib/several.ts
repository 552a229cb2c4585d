/** One task or many in one request, and in one sentence. */
import type { Task } from './types.ts';

/** Most tasks that the server changes in one request. */
const MOST = 200;

export function inBatches<T>(list: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < list.length; start += MOST) batches.push(list.slice(start, start + MOST));
  return batches;
}

/** `“Call mom”`, or `3 tasks`. */
export function named(tasks: readonly Task[]): string {
  const [first] = tasks;
  return first && tasks.length === 1 ? `“${first.title}”` : `${tasks.length} tasks`;
}
