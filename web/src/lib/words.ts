/** Choices in words, for more than one place of the page. */
import { sentence } from './format.ts';
import { CHANNEL_NAMES, CHANNELS, PRIORITIES } from './types.ts';

/** The most pressing first. */
export const PRIORITY_CHOICES = [...PRIORITIES].reverse().map((key) => ({ key, words: sentence(key) }));

export const CHANNEL_CHOICES = CHANNELS.map((key) => ({ key, words: sentence(CHANNEL_NAMES[key]) }));
