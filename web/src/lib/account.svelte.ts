/** What a person has set once for all tasks, and what follows from it for the page. */
import type { Api } from './api.ts';
import { clock } from './clock.svelte.ts';
import { isZone } from './dates.ts';
import { pageLocale, type Reader } from './format.ts';
import { explain } from './problem.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Settings } from './types.ts';

const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = /^(ar|fa|he|ps|sd|ug|ur|yi)\b/i;

export class Account {
  settings = $state.raw<Settings | null>(null);
  readonly #api: Api;
  readonly #toasts: Toasts;
  /** Where it is remembered that a person elsewhere wants to keep the zone of their settings. */
  readonly #kept: string;
  /** The message that asks for the zone, while it is asked. */
  #question: number | null = null;

  constructor(userId: string, api: Api, toasts: Toasts) {
    this.#kept = `todo.zone-kept.${userId}`;
    this.#api = api;
    this.#toasts = toasts;
  }

  /** Who reads the page, for every date on it. */
  get reader(): Reader {
    const zone = this.settings?.zone;
    return {
      now: clock.now,
      zone: zone && isZone(zone) ? zone : BROWSER_ZONE,
      locale: pageLocale(navigator.languages),
    };
  }

  /** The side a list of tasks begins on: where the person begins to write. */
  get direction(): 'ltr' | 'rtl' {
    return RIGHT_TO_LEFT.test(this.settings?.locale ?? '') ? 'rtl' : 'ltr';
  }

  async load(): Promise<void> {
    try {
      this.settings = await this.#api.settings();
      this.#offerZone(this.settings);
    } catch (error) {
      this.#toasts.error(explain(error));
    }
  }

  async save(settings: Settings): Promise<void> {
    this.settings = await this.#api.saveSettings(settings);
    if (this.#question !== null) this.#toasts.dismiss(this.#question);
  }

  /**
   * A person elsewhere than their settings say is asked, not corrected. The question stays, and comes back at every
   * visit until it is answered: times in another zone than the person means are hours wrong.
   */
  #offerZone(settings: Settings): void {
    const answer = `${settings.zone} in ${BROWSER_ZONE}`;
    if (settings.zone === BROWSER_ZONE || localStorage.getItem(this.#kept) === answer) return;
    const use = () => this.save({ ...settings, zone: BROWSER_ZONE }).catch((error) => this.#toasts.error(explain(error)));
    this.#question = this.#toasts.show({
      title: `Your tasks use the time zone ${settings.zone}`,
      body: `This browser is in ${BROWSER_ZONE}. Which one do you mean when you write a time?`,
      stays: true,
      action: { label: `Use ${BROWSER_ZONE}`, run: () => void use() },
      instead: { label: `Keep ${settings.zone}`, run: () => localStorage.setItem(this.#kept, answer) },
    });
  }
}
