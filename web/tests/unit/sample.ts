/** What the unit tests share. */
import type { Reader } from '../../src/lib/format.ts';
import type { Task } from '../../src/lib/types.ts';

/** Wednesday 18 November 2026, 14:30 in Karachi. */
export const READER: Reader = { now: new Date('2026-11-18T09:30:00Z'), zone: 'Asia/Karachi', locale: 'en-GB' };

/** A task: whole, open, without a date, changed where a test says so. */
export function sample(change: Partial<Task> = {}): Task {
  return {
    id: 'id-1',
    number: 1,
    user_id: 'ziakhan',
    title: 'Call mom',
    description: '',
    status: 'open',
    priority: 'none',
    tags: [],
    project: null,
    due: null,
    due_at: null,
    zone: 'Asia/Karachi',
    duration_minutes: null,
    reminders: [],
    recurrence: null,
    series_id: null,
    revision: 1,
    created_at: '2026-11-18T09:00:00Z',
    updated_at: '2026-11-18T09:00:00Z',
    completed_at: null,
    created_by: 'api',
    ...change,
  };
}
