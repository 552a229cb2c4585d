/** Who is signed in. The token lives in sessionStorage: it ends with the tab and is never shared between them. */
import type { Login } from './types.ts';

const KEY = 'todo.session';

class Session {
  login = $state<Login | null>(null);
  /** Why the person sees the sign-in form again; empty on a first visit. */
  reason = $state('');
  /** The last name used, offered again after the session ended. */
  lastName = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes up the session this tab already had. */
  restore(now: number): void {
    const stored = read();
    if (!stored) return;
    this.lastName = stored.user_id;
    if (Date.parse(stored.expires_at) > now) this.#enter(stored, now);
    else this.expire();
  }

  signIn(login: Login, now: number): void {
    sessionStorage.setItem(KEY, JSON.stringify(login));
    this.#enter(login, now);
  }

  signOut(): void {
    this.#leave('');
    sessionStorage.clear();
  }

  /** The server (or the clock) says the token is over; the conversation on screen stays for the next sign-in. */
  expire(): void {
    this.#leave('Your session has ended. Sign in again to go on.');
  }

  #enter(login: Login, now: number): void {
    this.login = login;
    this.lastName = login.user_id;
    this.reason = '';
    clearTimeout(this.#timer);
    // setTimeout holds 31 bits of milliseconds at most; a longer token is checked by the server's 401.
    const left = Math.min(Date.parse(login.expires_at) - now, 2 ** 31 - 1);
    if (Number.isFinite(left)) this.#timer = setTimeout(() => this.expire(), left);
  }

  #leave(reason: string): void {
    clearTimeout(this.#timer);
    sessionStorage.removeItem(KEY);
    this.login = null;
    this.reason = reason;
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
