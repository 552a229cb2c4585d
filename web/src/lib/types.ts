/** The shapes chat-api and the websocket service speak, as documented in `/openapi.json`. Instants are RFC 3339 UTC. */

export const PRIORITIES = ['none', 'low', 'medium', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const CHANNELS = ['push', 'email', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];
export const CHANNEL_NAMES: Record<Channel, string> = { push: 'notification', email: 'e-mail', webhook: 'webhook' };

export type Status = 'open' | 'completed';
export type Actor = 'chat' | 'api' | 'mcp' | 'recurring';

/** A day, a wall-clock minute in the task's zone, or a fixed instant. */
export type Due = { date: string } | { local: string } | { at: string; zone: string };

/** What a client sends for a reminder; the server adds the instant it falls on. */
export type ReminderInput =
  | { before_minutes: number; channel?: Channel }
  | { at: string; channel?: Channel };
export type Reminder = ReminderInput & { remind_at?: string };

export type RepeatMode = 'schedule' | 'after_completion';
export interface RecurrenceInput {
  rule: string;
  mode?: RepeatMode;
  except?: string[];
}
export interface Recurrence extends RecurrenceInput {
  anchor?: string;
  /** Occurrences that passed while the task was left undone. */
  missed?: number;
}

export interface Task {
  id: string;
  number: number;
  user_id: string;
  title: string;
  description: string;
  status: Status;
  priority: Priority;
  tags: string[];
  project: string | null;
  due: Due | null;
  /** The instant the task becomes overdue; for a day, its last second. */
  due_at: string | null;
  zone: string;
  duration_minutes: number | null;
  reminders: Reminder[];
  recurrence: Recurrence | null;
  series_id: string | null;
  revision: number;
  created_at: string;
  updated_at: string;
  completed_at: string | null;
  created_by: Actor;
}

/** A PATCH body: absent keeps, `null` clears. */
export interface TaskPatch {
  title?: string;
  description?: string;
  priority?: Priority;
  tags?: string[];
  project?: string | null;
  due?: Due | null;
  reminders?: ReminderInput[];
  recurrence?: RecurrenceInput | null;
}

export interface TaskPage {
  tasks: Task[];
  next_cursor: string | null;
  /** The user's change counter at the moment of the listing. */
  sequence: number;
}

export type BulkAction = 'complete' | 'reopen' | 'delete' | 'restore';
export interface BulkAnswer {
  /** One for each id, in the order they were asked for. */
  results: { id: string; status: 'done' | 'unchanged' | 'not_found'; task?: Task }[];
}

export interface Span {
  start: number;
  end: number;
  kind: string;
}
export interface Preview {
  command: unknown;
  spans: Span[];
  summary: string;
  next: string[];
}

export interface ChatAnswer {
  conversation_id: string;
  reply: string;
  tasks: Task[];
  action: string;
  suggestions: string[];
}

export interface Settings {
  zone: string;
  locale: string;
  default_reminder_minutes: number | null;
  channels: Channel[];
}

export interface NotificationPreferences {
  email: string | null;
  changes_by: Actor[];
  muted_until: string | null;
}

export interface Login {
  token: string;
  user_id: string;
  expires_at: string;
}

export interface PageConfig {
  websocket_url: string;
  dev_login: boolean;
}

export interface TaskFrame {
  type: 'task';
  event_type: 'created' | 'updated' | 'completed' | 'deleted';
  task_id: string;
  revision: number;
  sequence: number;
  actor: Actor;
  task: Task;
}
/** Something the person was told. */
export interface Told {
  id: string;
  kind: 'reminder' | 'change';
  title: string;
  body: string;
  task_id: string | null;
  late_by_ms: number;
  timestamp: string;
}
export type NotificationFrame = Told & { type: 'notification' };
/** What was told after an instant, the oldest first; `until` is the instant to ask from the next time. */
export interface ToldPage {
  notifications: Told[];
  until: string;
}
export type ServerFrame =
  | { type: 'hello'; user_id: string; sequence: number | null }
  | TaskFrame
  | NotificationFrame
  | { type: 'resync'; reason: string }
  | { type: 'pong' }
  | { type: 'error'; detail: string };
