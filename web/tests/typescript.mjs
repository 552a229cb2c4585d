/**
 * Lets node's own test runner load the page's TypeScript: types are stripped by Vite's transformer and runes
 * (`*.svelte.ts`) are compiled by Svelte, so no second test runner and no second compiler is needed.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
