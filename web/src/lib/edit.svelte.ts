/** An open sheet: the draft, the version it stands on, and what happens when somebody else was faster. */
import type { Actions } from './actions.ts';
import type { Api } from './api.ts';
import { changedFields, draftOf, patchOf, rebase, type Draft } from './draft.ts';
import { explain, Problem } from './problem.ts';
import type { Task } from './types.ts';

export class Edit {
  /** The version the draft stands on; its revision is what a save asks the server to match. */
  base = $state.raw<Task>() as Task;
  draft = $state<Draft>() as Draft;
  /** A newer version that touches what the person touched too, until they choose. */
  newer = $state.raw<Task | null>(null);
  saving = $state(false);
  failure = $state('');
  readonly #zone: string;
  readonly #actions: Actions;
  readonly #api: Api;

  constructor(task: Task, zone: string, actions: Actions, api: Api) {
    this.base = task;
    this.draft = draftOf(task, zone);
    this.#zone = zone;
    this.#actions = actions;
    this.#api = api;
  }

  get dirty(): boolean {
    return Object.keys(patchOf(this.base, this.draft, this.#zone)).length > 0;
  }

  /** What the newer version changed, in words. */
  get theirs(): string[] {
    return this.newer ? changedFields(this.base, this.newer) : [];
  }

  /** A version from elsewhere. Without changes of one's own it is simply shown. */
  meet(task: Task): void {
    if (task.revision <= (this.newer ?? this.base).revision || this.saving) return;
    if (this.dirty) this.newer = task;
    else this.#stand(task, draftOf(task, this.#zone));
  }

  /** Keeps what the person wrote and takes everything else from the newer version. */
  keepMine(): void {
    if (this.newer) this.#stand(this.newer, rebase(this.base, this.draft, this.newer, this.#zone));
  }

  /** Gives the draft up for the newer version. */
  takeTheirs(): void {
    if (this.newer) this.#stand(this.newer, draftOf(this.newer, this.#zone));
  }

  /** True when the server has it; otherwise the draft is still here and says why. */
  async save(): Promise<boolean> {
    if (this.newer || this.saving) return false;
    this.saving = true;
    this.failure = '';
    try {
      await this.#actions.save(this.base, patchOf(this.base, this.draft, this.#zone));
      return true;
    } catch (error) {
      if (error instanceof Problem && error.status === 412) await this.#fetchNewer();
      else this.failure = explain(error);
      return false;
    } finally {
      this.saving = false;
    }
  }

  async #fetchNewer(): Promise<void> {
    try {
      this.newer = await this.#api.get(this.base.id);
    } catch (error) {
      this.failure = explain(error);
    }
  }

  #stand(task: Task, draft: Draft): void {
    this.base = task;
    this.draft = draft;
    this.newer = null;
    this.failure = '';
  }
}
