/** What a person has set once for all tasks, and what follows from it for the page. */
import type { Api } from './api.ts';
import { clock } from './clock.svelte.ts';
import { isZone } from './dates.ts';
import { pageLocale, type Reader } from './format.ts';
import { explain } from './problem.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Settings } from './types.ts';

const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ASKED = 'todo.zone-asked';
/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = /^(ar|fa|he|ps|sd|ug|ur|yi)\b/i;

export class Account {
  settings = $state.raw<Settings | null>(null);
  readonly #api: Api;
  readonly #toasts: Toasts;

  constructor(api: Api, toasts: Toasts) {
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
  }

  /** A person elsewhere than their settings say is asked once per tab, not corrected. */
  #offerZone(settings: Settings): void {
    if (settings.zone === BROWSER_ZONE || sessionStorage.getItem(ASKED)) return;
    sessionStorage.setItem(ASKED, 'yes');
    const use = () => this.save({ ...settings, zone: BROWSER_ZONE }).catch((error) => this.#toasts.error(explain(error)));
    this.#toasts.show({
      title: `Your tasks use the time zone ${settings.zone}`,
      action: { label: `Use ${BROWSER_ZONE}`, run: () => void use() },
    });
  }
}
