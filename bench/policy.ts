import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { batchAnswer } from '../cli/policy-can.ts';
import { analyze, parsePolicy, zoneOf } from '../shared/policy/index.ts';
import { figure, median } from './figure.ts';
import { adversarial } from './policy/adversarial.ts';
import { large, typical } from './policy/samples.ts';

/** What the analysis of a key policy costs: parse and analyse, warm and in a fresh process, and requests a second. */
const bench = 'policy';
const zone = zoneOf('111122223333', 'o-own0000001');
const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const run = promisify(execFile);

const analyzeText = (text: string): number => {
  const start = performance.now();
  const parsed = parsePolicy(text);
  if (parsed.kind !== 'policy') throw new Error('a sample is not a key policy');
  analyze(parsed.policy, zone, { keyArn });
  return performance.now() - start;
};

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `first N`: a fresh process analyses sample N once and prints the milliseconds. */
const first = process.argv.indexOf('first');
if (first >= 0) {
  const [, text = ''] = large[Number(process.argv[first + 1])] ?? [];
  process.stdout.write(String(analyzeText(text)));
} else {
  await all();
}

async function all(): Promise<void> {
  say('typical policies, warm');
  for (let i = 0; i < 60; i += 1) typical.forEach(analyzeText);
  const times = Array.from({ length: 250 }, () => typical.map(analyzeText)).flat();
  atMost('typical policy, median', median(times), 1);
  atMost('typical policy, p95', quantile(times, 0.95), 6);
  const heavy: number[] = [];
  const cold: number[] = [];
  for (const [i, [name, text]] of large.entries()) {
    say(`32 KB of ${name}`);
    for (let warm = 0; warm < 5; warm += 1) analyzeText(text);
    heavy.push(
      quantile(
        Array.from({ length: 40 }, () => analyzeText(text)),
        0.95,
      ),
    );
    const fresh: number[] = [];
    for (let round = 0; round < 5; round += 1) fresh.push(await inFreshProcess(i));
    cold.push(median(fresh));
  }
  atMost('32 KB policy, p95 of the slowest shape', Math.max(...heavy), 45);
  atMost('32 KB policy, first call of a process, slowest shape', Math.max(...cold), 80);
  const worst: number[] = [];
  for (const [name, text] of adversarial) {
    worst.push(analyzeText(text));
    say(`${name}: ${Math.round(worst.at(-1) ?? 0)} ms`);
  }
  atMost('slowest adversarial policy', Math.max(...worst), 500);
  const rate = requestsPerSecond();
  figure({ bench, metric: 'can --batch', value: rate, unit: 'requests/s', goal: '>= 20000', ok: rate >= 20_000 });
}

function atMost(metric: string, value: number, goal: number): void {
  figure({ bench, metric, value, unit: 'ms', goal: `< ${goal}`, ok: value < goal });
}

async function inFreshProcess(sample: number): Promise<number> {
  const { stdout } = await run(process.execPath, [import.meta.filename, 'first', String(sample)]);
  return Number(stdout);
}

/** Whole lines: read, parse the policy, evaluate, write the answer. */
function requestsPerSecond(): number {
  say('can --batch');
  const lines = typical.flatMap((policy, i) =>
    ['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:DescribeKey', 'kms:CreateGrant'].map((action) =>
      JSON.stringify({
        id: `${i}-${action}`,
        policy: JSON.parse(policy),
        request: {
          principal: 'arn:aws:iam::444455556666:role/app/Reader',
          principalType: 'AWS',
          action,
          resource: keyArn,
          context: {
            'aws:PrincipalOrgID': 'o-ext0000001',
            'aws:SourceIp': '203.0.113.9',
            'aws:MultiFactorAuthPresent': 'true',
          },
        },
      }),
    ),
  );
  const rates: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const start = performance.now();
    let size = 0;
    for (let i = 0; i < 10_000; i += 1) size += JSON.stringify(batchAnswer(lines[i % lines.length] ?? '')).length;
    if (size === 0) throw new Error('no answers');
    rates.push(10_000 / ((performance.now() - start) / 1000));
  }
  return median(rates.slice(2));
}
