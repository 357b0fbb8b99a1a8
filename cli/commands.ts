import type { Command } from './command.ts';
import { configCommand } from './config.ts';
import { replayCommand } from './replay.ts';
import { rulesCommand } from './rules.ts';

export const commands: readonly Command[] = [replayCommand, rulesCommand, configCommand];
