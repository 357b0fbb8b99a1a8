import type { Random } from '../../test/calls/mutate.ts';

export type { Random };

export const hex = (random: Random, digits: number): string => {
  let text = '';
  while (text.length < digits)
    text += Math.floor(random() * 0x100000000)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
};

export const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((digits) => hex(random, digits)).join('-');

export const number = (random: Random, below: number): number => Math.floor(random() * below);
