/** The typed client of chat-api's REST interface. Every failure is thrown as a `Problem`. */
import { Problem, problemOf } from './problem.ts';
import type {
  BulkAction,
  BulkAnswer,
  ChatAnswer,
  Login,
  NotificationPreferences,
  PageConfig,
  Preview,
  Settings,
  Task,
  TaskPage,
  TaskPatch,
  ToldPage,
} from './types.ts';
import type { AuditPage } from './audit.ts';

/** Who asks. */
export interface Credentials {
  token(): string;
  /** Waits for a token that takes the place of `stale`; null when the person leaves instead. */
  renewal(stale: string): Promise<string | null>;
}

interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Lets the request outlive the page, for a delete that is followed by closing the window. */
  keepalive?: boolean;
}

export type Api = ReturnType<typeof createApi>;

/** Requests on behalf of one signed-in user. One that meets the token's end waits for the next token and goes on. */
export function createApi(userId: string, credentials: Credentials, send: typeof fetch = fetch) {
  const base = `/api/${encodeURIComponent(userId)}`;

  async function call<T>(path: string, options: Call = {}): Promise<T> {
    const attempt = (token: string) =>
      request<T>(send, base + path, { ...options, headers: { authorization: `Bearer ${token}`, ...options.headers } });
    const token = credentials.token();
    try {
      return await attempt(token);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      const next = await credentials.renewal(token);
      if (next === null) throw error;
      return attempt(next);
    }
  }
  const task = (id: string) => `/tasks/${encodeURIComponent(id)}`;

  return {
    list: (query: URLSearchParams, signal?: AbortSignal) => call<TaskPage>(`/tasks?${query}`, { signal }),
    get: (id: string) => call<Task>(task(id)),
    quickAdd: (text: string) =>
      call<Task>('/tasks/quick', {
        method: 'POST',
        body: { text },
        headers: { 'idempotency-key': crypto.randomUUID() },
      }),
    preview: (text: string, signal?: AbortSignal) =>
      call<Preview>('/preview', { method: 'POST', body: { text }, signal }),
    patch: (id: string, patch: TaskPatch, revision: number) =>
      call<Task>(task(id), { method: 'PATCH', body: patch, headers: { 'if-match': `"${revision}"` } }),
    complete: (id: string) => call<Task>(`${task(id)}/complete`, { method: 'PATCH' }),
    reopen: (id: string) => call<Task>(`${task(id)}/reopen`, { method: 'PATCH' }),
    remove: (id: string, revision: number) =>
      call<void>(task(id), { method: 'DELETE', headers: { 'if-match': `"${revision}"` }, keepalive: true }),
    bulk: (action: BulkAction, ids: string[]) =>
      call<BulkAnswer>('/tasks/bulk', { method: 'POST', body: { action, ids } }),
    chat: (message: string, conversationId: string | null) =>
      call<ChatAnswer>('/chat', {
        method: 'POST',
        body: conversationId ? { message, conversation_id: conversationId } : { message },
      }),
    settings: () => call<Settings>('/settings'),
    saveSettings: (settings: Settings) => call<Settings>('/settings', { method: 'PUT', body: settings }),
    preferences: () => call<NotificationPreferences>('/notifications/preferences'),
    savePreferences: (preferences: NotificationPreferences) =>
      call<NotificationPreferences>('/notifications/preferences', { method: 'PUT', body: preferences }),
    /** What was told after an instant; without one whatever the server has kept. */
    told: (since: string | null) =>
      call<ToldPage>(since ? `/notifications?${new URLSearchParams({ since })}` : '/notifications'),
    audit: (taskId: string, cursor: string | null) => {
      const query = new URLSearchParams({ task_id: taskId, limit: '50' });
      if (cursor) query.set('cursor', cursor);
      return call<AuditPage>(`/audit?${query}`);
    },
  };
}

/** What the page needs to know before anybody signs in. */
export const pageConfig = () => request<PageConfig>(fetch, '/config.json', {});

/** Development sign-in by name; the server refuses it unless it was switched on. */
export const devLogin = (name: string) =>
  request<Login>(fetch, '/auth/dev-login', { method: 'POST', body: { user_id: name } });

async function request<T>(send: typeof fetch, path: string, options: Call): Promise<T> {
  const { method = 'GET', body, signal, keepalive } = options;
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  const init: RequestInit = { method, headers };
  if (signal) init.signal = signal;
  if (keepalive) init.keepalive = true;
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await send(path, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', 'The server cannot be reached. Check your connection and try again.');
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}
