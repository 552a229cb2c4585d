/** Lines pasted into the field for one task: most likely a list, of which every line is a task. */

/** Most tasks that are made of one paste. */
export const MOST_LINES = 50;
/** What lists put before a line: bullets, numbers, boxes. */
const MARK = /^\s*(?:[-*•–]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]?\]\s*)?/;

/** The lines that say something, without the marks of a list. */
export const linesOf = (text: string): string[] =>
  text.split(/[\r\n]+/).map((line) => line.replace(MARK, '').trim()).filter(Boolean);
