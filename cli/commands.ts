import { approvalsCommand } from './approvals.ts';
import type { Command } from './command.ts';
import { configCommand } from './config.ts';
import { localCommand } from './local.ts';
import { policyCommand } from './policy.ts';
import { redriveCommand } from './redrive.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { rulesCommand } from './rules.ts';
import { sweepCommand } from './sweep.ts';
import { waiversCommand } from './waivers.ts';

export const commands: readonly Command[] = [
  replayCommand,
  policyCommand,
  sweepCommand,
  reportCommand,
  approvalsCommand,
  waiversCommand,
  redriveCommand,
  localCommand,
  rulesCommand,
  configCommand,
];
