/** The conversation with Todo. The text stays in this tab, the server keeps the thread by its id. */
import type { Api } from './api.ts';
import { explain, mayPass } from './problem.ts';
import type { ChatAnswer, Task } from './types.ts';

export interface ChatEntry {
  id: number;
  from: 'person' | 'todo';
  text: string;
  tasks: Task[];
  /** What can be answered when the entry asks something before anything is done. */
  choices: string[];
  failed: boolean;
  /** A failure that may pass when the line is sent again. */
  again: boolean;
}

/** Longest line the server reads, in characters. */
export const LONGEST_LINE = 1_000;
/** How long a line is as the server counts it. */
export const lengthOf = (line: string) => [...line.trim()].length;

/** Lines that show a new person what can be said. */
export const STARTERS = ['What is due today?', 'Call mom tomorrow at 5pm', 'Water the plants every Friday', 'Help'];
const YES_OR_NO = ['yes', 'no'];
const KEPT = 100;

export class Chat {
  entries = $state<ChatEntry[]>([]);
  suggestions = $state<string[]>(STARTERS);
  waiting = $state(false);
  readonly #api: Api;
  readonly #key: string;
  readonly #onAnswer: (answer: ChatAnswer) => void;
  #conversation: string | null = null;

  constructor(api: Api, userId: string, onAnswer: (answer: ChatAnswer) => void) {
    this.#api = api;
    this.#key = `todo.chat.${userId}`;
    this.#onAnswer = onAnswer;
    this.#restore();
  }

  /** True while the last entry waits for one of its choices. */
  get asking(): boolean {
    return !this.waiting && (this.entries.at(-1)?.choices.length ?? 0) > 0;
  }

  /** Sends a line and adds the answer; a failure becomes an entry that can be tried again. */
  async say(message: string): Promise<void> {
    const text = message.trim();
    if (!text || this.waiting) return;
    this.#add({ from: 'person', text });
    await this.#send(text);
  }

  /** Sends the last line of the person again. */
  async retry(): Promise<void> {
    const last = this.entries.findLast((entry) => entry.from === 'person');
    if (!last || this.waiting) return;
    this.entries = this.entries.filter((entry) => !entry.failed);
    await this.#send(last.text);
  }

  clear(): void {
    this.entries = [];
    this.suggestions = STARTERS;
    this.#conversation = null;
    this.#store();
  }

  async #send(text: string): Promise<void> {
    this.waiting = true;
    try {
      const answer = await this.#api.chat(text, this.#conversation);
      this.#conversation = answer.conversation_id;
      const suggestions = [...new Set(answer.suggestions)];
      const choices = answer.action === 'confirm' ? (suggestions.length ? suggestions : YES_OR_NO) : [];
      this.#add({ from: 'todo', text: answer.reply, tasks: answer.tasks, choices });
      this.suggestions = choices.length ? [] : suggestions;
      this.#onAnswer(answer);
    } catch (error) {
      this.#add({ from: 'todo', text: explain(error), failed: true, again: mayPass(error) });
    } finally {
      this.waiting = false;
      this.#store();
    }
  }

  #add(entry: Partial<ChatEntry> & Pick<ChatEntry, 'from' | 'text'>): void {
    const id = (this.entries.at(-1)?.id ?? 0) + 1;
    this.entries.push({ id, tasks: [], choices: [], failed: false, again: false, ...entry });
    if (this.entries.length > KEPT) this.entries.splice(0, this.entries.length - KEPT);
  }

  #store(): void {
    const kept = { entries: this.entries, suggestions: this.suggestions, conversation: this.#conversation };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage only costs the transcript after a reload.
    }
  }

  #restore(): void {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null');
      if (!kept) return;
      this.entries = kept.entries;
      this.suggestions = kept.suggestions;
      this.#conversation = kept.conversation;
    } catch {
      sessionStorage.removeItem(this.#key);
    }
  }
}
