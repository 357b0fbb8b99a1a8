import type { IConstruct } from 'constructs';
import { AwsSolutionsChecks, type NagPack, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';

/** The rule packs that every stack is held against. PCI DSS 3.2.1 is the one that cdk-nag has. */
export const nagPacks = (app: IConstruct): readonly NagPack[] => [
  new AwsSolutionsChecks(app),
  new NIST80053R5Checks(app),
  new PCIDSS321Checks(app),
];
