import { BootstraplessSynthesizer } from 'aws-cdk-lib';

/**
 * For templates that member accounts deploy without bootstrap: no assets, no bootstrap version to check, no roles of the CDK.
 * What `IStackSynthesizer` declares as present or absent, the CDK's own class declares as perhaps undefined: so it is here.
 */
export class PlainSynthesizer extends BootstraplessSynthesizer {
  override get bootstrapQualifier(): string {
    return '';
  }

  override get lookupRole(): string {
    return '';
  }

  override get cloudFormationExecutionRole(): string {
    return '';
  }
}
