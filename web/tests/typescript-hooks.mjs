import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { compileModule } from 'svelte/compiler';
import { transformWithOxc } from 'vite';

/** Node's `load` hook: turns `.ts` into JavaScript (runes into plain fields), leaves everything else to the next hook. */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = await transformWithOxc(await readFile(path, 'utf8'), path, { target: 'node20' });
  const source = url.endsWith('.svelte.ts')
    ? compileModule(code, { filename: path, generate: 'server' }).js.code
    : code;
  return { format: 'module', source, shortCircuit: true };
}
