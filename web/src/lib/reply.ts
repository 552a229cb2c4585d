/** A chat reply beside cards: what the cards show anyway is not written twice. */
import type { Task } from './types.ts';

export interface Reply {
  /** What is left to say in words. */
  words: string;
  /** The cards are numbered, because the next line may choose one by its place. */
  numbered: boolean;
}

/**
 * Takes out of a reply what stands beside it anyway: the lines that only list its tasks, such as
 * `2. #13 Buy milk — tomorrow`, and the `yes/no` that buttons offer.
 */
export function replyBeside(text: string, tasks: Task[]): Reply {
  const numbers = new Set(tasks.map((task) => task.number));
  let numbered = false;
  const words = text.split('\n').filter((line) => {
    const [, place, number] = /^(\d+\. )?#(\d+) /.exec(line) ?? [];
    if (number === undefined) return !(tasks.length && /^… and \d+ more\.$/.test(line));
    if (!numbers.has(Number(number))) return true;
    numbered ||= place !== undefined;
    return false;
  });
  return { words: words.join('\n').replace(/ yes\/no$/, ''), numbered };
}
