/** Errors as the server words them (RFC 9457, application/problem+json), and what the page says about them. */

import { sentence } from './format.ts';

export interface FieldError {
  /** JSON pointer into the request body, such as `#/due/date`, or `?limit` for a query parameter. */
  pointer: string;
  detail: string;
}

/** A request that failed. `status` 0 means that no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldError[];

  constructor(status: number, code: string, message: string, errors: FieldError[] = []) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** Reads a failed answer; a body that is not a problem still gives a sentence a person can act on. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // Not JSON: the status line has to do.
  }
  const text = (key: string) => (typeof body[key] === 'string' ? (body[key] as string) : '');
  const message = text('detail') || text('title') || plainWords(response.status);
  return new Problem(response.status, text('code'), message, fieldErrors(body['errors']));
}

/** The sentence shown in a toast: what is wrong with each field that was refused, or the detail where there is none. */
export function explain(error: unknown): string {
  if (!(error instanceof Problem)) return 'Something went wrong in this page. Reload it and try again.';
  const fields = error.errors.map(({ pointer, detail }) => {
    const field = pointer.replace(/^[#?]/, '').split('/').filter(Boolean).join(' › ').replaceAll('_', ' ');
    return plain(field && detail.startsWith('must ') ? `${field} ${detail}` : field ? `${field}: ${detail}` : detail);
  });
  return fields.length ? fields.map(sentence).join(' · ') : sentence(plain(error.message));
}

/** What is wrong with one field of the request, by its name; empty when it was not that. */
export function faultOf(error: unknown, field: string): string {
  const errors = error instanceof Problem ? error.errors : [];
  const fault = errors.find(({ pointer }) => pointer.replace(/^#?\//, '') === field);
  return fault ? sentence(plain(fault.detail)) : '';
}

/** True when the same request may succeed another time: the server refused nothing that was written. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof Problem) || error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;

/** The server marks names as code; people read them as words. */
const plain = (text: string) => text.replace(/`([^`]*)`/g, '“$1”');

function plainWords(status: number): string {
  if (status === 429) return 'Too many requests. Wait a moment and try again.';
  if (status >= 500) return 'The server could not do that just now. Try again.';
  return `The server refused the request (${status}).`;
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: Partial<FieldError> | null) =>
    typeof entry?.detail === 'string' ? [{ pointer: String(entry.pointer ?? ''), detail: entry.detail }] : [],
  );
}
