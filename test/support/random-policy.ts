import { analyze, type KeyPolicy, parsePolicy, type PolicyAnalysis, trust, zoneOf } from '../../shared/policy/index.ts';
import { KEY, OWN, OWN_ORG, PARTNER, type PolicyDocument } from './policy-arbitraries.ts';

/** `POLICY_RUNS=5000` looks harder than the everyday run. */
export const numRuns = Number(process.env['POLICY_RUNS'] ?? 250);

export const zone = trust(zoneOf(OWN, OWN_ORG), PARTNER) ?? zoneOf(OWN, OWN_ORG);

export const readable = (document: PolicyDocument): KeyPolicy => {
  const { policy } = parsePolicy(JSON.stringify(document));
  if (policy === null) throw new Error('the generator made no policy');
  return policy;
};

export const analyzed = (document: PolicyDocument): PolicyAnalysis =>
  analyze(readable(document), zone, { keyArn: KEY });
