import { guardHandler } from '../guard-handler.ts';

/** Keeps keys rotating: judges rotation that was switched off or slowed down. */
export const handler = guardHandler('rotation-guard');
