import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { rules } from '../shared/rules/index.ts';
import { Guard } from './constructs/guard.ts';
import { readConfig, readConfigValue } from './read-config.ts';
import { type Timings, timings } from './timings.ts';

export type { Timings } from './timings.ts';

export type KmsGuardProps = {
  /**
   * The configuration, as in `guard.config.json`: `docs/guard.config.schema.json` is its JSON Schema. What it leaves out is
   * as it comes: everything observes.
   * @default - `configFile`, or else the configuration as it comes
   */
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * A file with the configuration; not together with `config`.
   * @default - none
   */
  readonly configFile?: string;
  /**
   * How long things may take; what is left out is as for AWS.
   * @default - the timings for AWS
   */
  readonly timings?: Partial<Timings>;
  /**
   * Folder of the Lambdas' bundles.
   * @default - those of this package
   */
  readonly bundles?: string;
};

/**
 * A guard of the KMS keys of one account and Region, in a stack of yours. One a stack: its outputs have the names that the command line
 * looks for. Throws `Unusable` with one line a problem for a configuration that is not right.
 */
export class KmsGuard extends Construct {
  /** The ledger: what the guard saw, decided and did. Kept when the stack goes. */
  readonly table: Table;
  /** Where alerts and alarms go. */
  readonly topic: Topic;
  /** Findings as events, for other automations. */
  readonly eventBus: EventBus;
  /** The roles that member accounts let in to remedy, separated by commas. */
  readonly roleArns: string;
  /** Those that they let in to read; empty without an organization. */
  readonly readerRoleArns: string;
  /** Where members send their calls; null without an organization. */
  readonly membersBusArn: string | null;

  constructor(scope: Construct, id: string, props: KmsGuardProps = {}) {
    super(scope, id);
    const guard = new Guard(this, 'Default', {
      rules,
      config: configOf(props),
      bundles: props.bundles ?? packagedBundles(),
      timings: { ...timings, ...props.timings },
    });
    this.table = guard.table;
    this.topic = guard.topic;
    this.eventBus = guard.eventBus;
    this.roleArns = guard.roleArns;
    this.readerRoleArns = guard.readerRoleArns;
    this.membersBusArn = guard.members?.bus.attrArn ?? null;
  }
}

const configOf = ({ config, configFile }: KmsGuardProps) => {
  if (config !== undefined && configFile !== undefined) throw new TypeError('give config or configFile, not both');
  const context = {
    ruleIds: rules.map((rule) => rule.id),
    today: new Date().toISOString(),
    warn: (line: string) => process.stderr.write(`${line}\n`),
  };
  return configFile === undefined ? readConfigValue(config ?? {}, context) : readConfig(configFile, context);
};

/** Beside the built construct; from the sources, where the build puts them. */
const packagedBundles = (): string => {
  const besides = join(import.meta.dirname, '..', 'functions');
  return existsSync(join(besides, 'notifier', 'index.mjs'))
    ? besides
    : join(import.meta.dirname, '..', 'dist', 'functions');
};
