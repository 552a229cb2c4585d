/** Where the story is played: a suite that already runs (`TODO_URL`), or one of its own that ends with the tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Suite {
  url: string;
  /** Kills one of its services the hard way; false when it cannot be found. Absent when the suite is not ours. */
  kill?: (service: string) => Promise<boolean>;
  stop: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LAUNCHER = resolve(ROOT, process.env['CARGO_TARGET_DIR'] ?? 'target', 'debug/todo-local');
const START_MS = 120_000;

export async function startSuite(): Promise<Suite> {
  const running = process.env['TODO_URL'];
  if (running) return { url: running.replace(/\/$/, ''), stop: async () => {} };
  const data = await mkdtemp(join(tmpdir(), 'todo-story-'));
  const launcher = spawn(LAUNCHER, ['up', '--free-ports', '--data', data], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (launcher.exitCode === null) {
      launcher.kill('SIGTERM');
      await once(launcher, 'exit');
    }
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { url: await pageOf(launcher.stdout), kill: (service) => killChild(launcher.pid, service), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the launcher's output up to the line that names the page, and keeps the pipe empty afterwards. */
function pageOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((found, reject) => {
    let text = '';
    const late = setTimeout(() => reject(new Error(`the suite is not ready:\n${text}`)), START_MS);
    output.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20_000);
      const page = /^\s*page\s+(http:\/\/\S+?)\/?\s*$/im.exec(text)?.[1];
      if (!page) return;
      clearTimeout(late);
      found(page);
    });
    output.on('end', () => {
      clearTimeout(late);
      reject(new Error(`the launcher ended:\n${text}`));
    });
  });
}

/** Finds a child of a process by its name, as Linux tells of it in /proc, and kills it. */
async function killChild(parent: number | undefined, name: string): Promise<boolean> {
  for (const pid of await readdir('/proc').catch(() => [])) {
    const stat = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '') : '';
    const [, command, owner] = /\((.*)\) \S (\d+) /.exec(stat) ?? [];
    if (command === name && Number(owner) === parent) return process.kill(Number(pid), 'SIGKILL');
  }
  return false;
}
