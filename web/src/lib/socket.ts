/**
 * The live connection: opens it, proves it alive with pings, and opens it again with a jittered pause when it dies.
 * It knows frames but not tasks; what they mean is the store's business. Everything from outside (socket, timers,
 * chance) is an option, so that tests need no network and no waiting.
 */
import { backoff } from './backoff.ts';
import type { ServerFrame } from './types.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline';

/** The part of a browser's WebSocket that is used here. */
export interface SocketLike {
  send(data: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface SocketOptions {
  url: string;
  /** The token to connect with; null while there is none, until the next nudge. */
  token: () => string | null;
  /** The last sequence seen, sent to resume after `hello`; null before the first listing. */
  lastSequence: () => number | null;
  onFrame: (frame: ServerFrame) => void;
  onState: (state: Connection) => void;
  /** The server closed the socket because the token ran out. */
  onExpired: () => void;
  open?: (url: string, protocols: string[]) => SocketLike;
  isOnline?: () => boolean;
  random?: () => number;
}

/** A ping goes out after this much silence, and the connection counts as dead after as much again. */
export const HEARTBEAT_MS = 20_000;
/** How long a nudged connection has to prove itself: somebody is looking. */
export const NUDGED_MS = 4_000;

/** The close code of a token that ran out. */
export const TOKEN_EXPIRED = 4001;

export interface LiveSocket {
  /** Looks at once instead of waiting, for when the network or the window comes or goes. */
  nudge(): void;
  close(): void;
}

export function connect(options: SocketOptions): LiveSocket {
  const open = options.open ?? ((url, protocols) => new WebSocket(url, protocols) as unknown as SocketLike);
  const isOnline = options.isOnline ?? (() => navigator.onLine);
  const random = options.random ?? Math.random;
  let socket: SocketLike | null = null;
  let attempt = 0;
  let live = false;
  let closed = false;
  let awaitingPong = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const after = (milliseconds: number, action: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  };

  function start(): void {
    const token = options.token();
    if (!token) return;
    awaitingPong = false;
    const current = open(options.url, ['todo.v1', `bearer.${token}`]);
    socket = current;
    // Guards against a handshake that never ends; the first frame replaces this timer.
    after(HEARTBEAT_MS, () => drop(current));
    current.onopen = null;
    current.onmessage = ({ data }) => socket === current && receive(current, data);
    current.onclose = ({ code }) => {
      drop(current);
      if (code === TOKEN_EXPIRED) options.onExpired();
    };
  }

  function receive(current: SocketLike, data: unknown): void {
    const frame = parseFrame(data);
    awaitingPong = false;
    after(HEARTBEAT_MS, () => beat(current));
    if (!frame) return;
    // Only a connection that answered a ping counts as good: one that is closed right after its greeting backs off.
    if (frame.type === 'pong') attempt = 0;
    if (frame.type === 'hello') greet(current);
    options.onFrame(frame);
  }

  function greet(current: SocketLike): void {
    live = true;
    options.onState('live');
    const sequence = options.lastSequence();
    if (sequence !== null) current.send(JSON.stringify({ type: 'resume', sequence }));
  }

  function beat(current: SocketLike, patience = HEARTBEAT_MS): void {
    if (awaitingPong) return drop(current);
    awaitingPong = true;
    current.send('{"type":"ping"}');
    after(patience, () => beat(current));
  }

  function drop(current: SocketLike): void {
    if (socket !== current || closed) return;
    socket = null;
    live = false;
    current.onmessage = null;
    current.onclose = null;
    current.close();
    options.onState(isOnline() ? 'reconnecting' : 'offline');
    after(backoff(attempt++, random), start);
  }

  options.onState('connecting');
  start();
  return {
    nudge() {
      if (closed) return;
      if (!socket) return isOnline() ? start() : undefined;
      if (!isOnline()) return drop(socket);
      if (!live) return;
      awaitingPong = false;
      beat(socket, NUDGED_MS);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close(1000);
      socket = null;
    },
  };
}

/** A frame of a kind this page knows, or null: newer servers may send more. */
export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const frame = JSON.parse(data) as ServerFrame;
    return typeof frame?.type === 'string' ? frame : null;
  } catch {
    return null;
  }
}
