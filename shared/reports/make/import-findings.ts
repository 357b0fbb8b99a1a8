import type { AsffFinding } from '../asff-finding.ts';
import { asffBatchSize, asffFindings } from '../asff.ts';
import type { Report } from '../report.ts';
import type { FindingImporter } from './ports.ts';

/** What became of an import; `troubles` has a line for each account and Region that did not take all of it. */
export type Imported = { readonly imported: number; readonly failed: number; readonly troubles: readonly string[] };

type Place = { readonly account: string; readonly region: string };
type Tally = { imported: number; failed: number; readonly troubles: string[] };

/** Every finding of a report into the Security Hub of its own account and Region, in batches; one place after the other. */
export const importFindings = async (report: Report, securityHub: FindingImporter): Promise<Imported> => {
  const findings = [...asffFindings(report)];
  const byPlace = Map.groupBy(findings, ({ ProductArn }) => ProductArn);
  const tally: Tally = { imported: 0, failed: 0, troubles: [] };
  for (const own of byPlace.values()) {
    const place = placeOf(own);
    if (place !== null) await importPlace(own, { place, securityHub, tally });
  }
  return tally;
};

const placeOf = ([first]: readonly AsffFinding[]): Place | null =>
  first === undefined ? null : { account: first.AwsAccountId, region: first.Resources[0]?.Region ?? '' };

type Importing = { readonly place: Place; readonly securityHub: FindingImporter; readonly tally: Tally };

const importPlace = async (
  findings: readonly AsffFinding[],
  { place, securityHub, tally }: Importing,
): Promise<void> => {
  const send = securityHub(place);
  const codes = new Map<string, number>();
  for (let at = 0; at < findings.length; at += asffBatchSize) {
    const batch = findings.slice(at, at + asffBatchSize);
    const result = await send(batch);
    if (result.kind === 'refused') {
      // The next batch would be refused as well.
      tally.failed += findings.length - at;
      tally.troubles.push(`${place.account} ${place.region}: ${result.why}`);
      break;
    }
    tally.imported += result.imported;
    tally.failed += result.failed.length;
    for (const { code, message } of result.failed) {
      const name = `${code}: ${message}`;
      codes.set(name, (codes.get(name) ?? 0) + 1);
    }
  }
  for (const [name, count] of codes) tally.troubles.push(`${place.account} ${place.region}: ${count} times ${name}`);
};
