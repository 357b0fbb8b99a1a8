import { guardHandler } from '../guard-handler.ts';

/** Saves keys: judges scheduled deletions and disabled keys. */
export const handler = guardHandler('deletion-guard');
