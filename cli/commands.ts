import type { Command } from './command.ts';
import { configCommand } from './config.ts';
import { policyCommand } from './policy.ts';
import { replayCommand } from './replay.ts';
import { rulesCommand } from './rules.ts';
import { sweepCommand } from './sweep.ts';

export const commands: readonly Command[] = [replayCommand, policyCommand, sweepCommand, rulesCommand, configCommand];
