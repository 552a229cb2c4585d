/**
 * Who is signed in. The token lives in sessionStorage: it ends with the tab and is never shared between them. When it
 * runs out, the desk stays as it is and waits for the same person to sign in again.
 */
import type { Credentials } from './api.ts';
import type { Login } from './types.ts';

const KEY = 'todo.session';
const ENDED = 'Your session has ended. Sign in again to go on.';
/** setTimeout holds 31 bits of milliseconds at most; a longer token is checked by the server's 401. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class Session implements Credentials {
  login = $state<Login | null>(null);
  /** The token is over; what is on screen waits for another one. */
  ended = $state(false);
  /** Counts who sat down: another person gets another desk, a renewed token does not. */
  visit = $state(0);
  /** Why the person sees the sign-in form again; empty on a first visit. */
  reason = $state('');
  /** The last name used, offered again after the session ended. */
  lastName = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: ((token: string | null) => void)[] = [];

  /** Takes up the session this tab already had. */
  restore(now: number): void {
    const stored = read();
    if (!stored) return;
    this.lastName = stored.user_id;
    if (Date.parse(stored.expires_at) > now) return this.#enter(stored, now);
    this.reason = ENDED;
  }

  signIn(login: Login, now: number): void {
    sessionStorage.setItem(KEY, JSON.stringify(login));
    this.#enter(login, now);
  }

  signOut(): void {
    clearTimeout(this.#timer);
    sessionStorage.clear();
    this.login = null;
    this.ended = false;
    this.reason = '';
    this.#release(null);
  }

  token(): string {
    return this.login?.token ?? '';
  }

  renewal(stale: string): Promise<string | null> {
    if (!this.login) return Promise.resolve(null);
    if (!this.ended && this.login.token !== stale) return Promise.resolve(this.login.token);
    this.expire();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The server says the token is over. It stays in the tab's storage, to tell after a reload who was here. */
  expire(): void {
    if (!this.login || this.ended) return;
    clearTimeout(this.#timer);
    this.ended = true;
  }

  /** Looks at the clock: timers stand still while a computer sleeps. */
  check(now: number): void {
    if (this.login && Date.parse(this.login.expires_at) <= now) this.expire();
  }

  #enter(login: Login, now: number): void {
    const renewed = this.ended && this.login?.user_id === login.user_id;
    if (!renewed) this.visit += 1;
    this.login = login;
    this.lastName = login.user_id;
    this.ended = false;
    this.reason = '';
    this.#release(renewed ? login.token : null);
    clearTimeout(this.#timer);
    const left = Math.min(Date.parse(login.expires_at) - now, LONGEST_TIMER_MS);
    if (left < LONGEST_TIMER_MS) this.#timer = setTimeout(() => this.expire(), left);
  }

  #release(token: string | null): void {
    for (const go of this.#waiting.splice(0)) go(token);
  }
}

export const session = new Session();

/** A login made of a pasted access token: subject and end are read from it, the server judges it. */
export function loginOfToken(token: string): Login | null {
  try {
    const part = token.trim().split('.')[1] ?? '';
    const claims = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as { sub?: string; exp?: number };
    if (!claims.sub) return null;
    const end = claims.exp ? new Date(claims.exp * 1000).toISOString() : '9999-12-31T00:00:00Z';
    return { token: token.trim(), user_id: claims.sub, expires_at: end };
  } catch {
    return null;
  }
}

function read(): Login | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Login | null;
  } catch {
    return null;
  }
}
