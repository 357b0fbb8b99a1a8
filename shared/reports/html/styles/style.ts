import { content } from './content.ts';
import { page } from './page.ts';
import { tables } from './tables.ts';
import { tokens } from './tokens.ts';

/** The whole style sheet: no font, picture or rule from elsewhere. */
export const style = [tokens, page, content, tables].join('').replaceAll('\n', '');
