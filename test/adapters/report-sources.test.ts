import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSources } from '../../cli/report-ledger.ts';
import { reportWith } from '../../cli/report.ts';
import { UsageError } from '../../cli/command.ts';
import { fakeHttp, type HttpReply, type HttpRequest } from '../support/fake-http.ts';
import { memoryIo } from '../support/memory-io.ts';
import { account } from '../support/records.ts';

/** `report --stack` over the real adapters; what AWS says comes over HTTP from a server of this test. */

const now = Date.parse('2026-11-23T06:00:00Z');

beforeAll(() => {
  const own = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_MAX_ATTEMPTS: '1', AWS_PROFILE: undefined };
  for (const [name, value] of Object.entries(own)) vi.stubEnv(name, value);
});
afterAll(() => vi.unstubAllEnvs());

type Service = 'cloudformation' | 'sts' | 'dynamodb' | 's3';
type Aws = {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly refuse?: (service: Service, request: HttpRequest) => HttpReply | null;
  readonly points?: readonly string[];
};

const everything = { TableName: 'ledger', SweepBucketName: 'sweeps', ReportBucketName: 'reports' };

/** The signature names the service. */
const serviceOf = ({ headers }: HttpRequest): string =>
  /\/([a-z0-9]+)\/aws4_request/.exec(String(headers['authorization']))?.[1] ?? '';

const queryError = (code: string, message: string): HttpReply => ({
  status: 400,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

const answers =
  ({ outputs = everything, refuse = () => null, points = [] }: Aws) =>
  (request: HttpRequest): HttpReply => {
    const found = ['cloudformation', 'sts', 'dynamodb', 's3'] as const;
    const service = found.find((name) => name === serviceOf(request));
    if (service === undefined) return { status: 500 };
    const refused = refuse(service, request);
    if (refused !== null) return refused;
    const xml = { 'content-type': 'text/xml' };
    switch (service) {
      case 'cloudformation': {
        const members = Object.entries(outputs).map(
          ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
        );
        const stack = `<member><StackName>KmsGuard</StackName><Outputs>${members.join('')}</Outputs></member>`;
        const result = `<DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult>`;
        return { headers: xml, body: `<DescribeStacksResponse>${result}</DescribeStacksResponse>` };
      }
      case 'sts': {
        const result = `<GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult>`;
        return { headers: xml, body: `<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>` };
      }
      case 'dynamodb':
        return { headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{"Items":[]}' };
      case 's3': {
        const contents = points.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
        if (request.query.has('list-type'))
          return { headers: xml, body: `<ListBucketResult>${contents}</ListBucketResult>` };
        return { body: 'no JSON' };
      }
    }
  };

const report = async (aws: Aws, ...args: readonly string[]) => {
  await using server = await fakeHttp(answers(aws));
  const io = memoryIo({ readFile: async () => '{}' });
  const place = ['--stack', 'KmsGuard', '--region', 'eu-west-1', '--endpoint-url', server.endpoint];
  const command = reportWith({ open: openSources, now: () => now });
  const asked = () =>
    server.requests.map((request) => ({
      service: serviceOf(request),
      does: String(request.headers['x-amz-target'] ?? request.method).replace(/^.*\./, ''),
    }));
  try {
    const status = await command.run([...place, '--period', 'daily', '--format', 'json', ...args], io);
    return { status, out: io.out(), err: io.err(), asked: asked() };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { status: 2, out: io.out(), err: error.message, asked: asked() };
  }
};

const refusing = (service: Service, reply: HttpReply): Aws => ({ refuse: (each) => (each === service ? reply : null) });
const dynamoDenied = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: '{"__type":"AccessDeniedException","message":"not yours"}',
};

const noSweep = 'report: incomplete: no sweep ended in its period, so nothing is known of keys without a finding\n';

describe('report --stack asks AWS', () => {
  test('and only reads; without a sweep it is written, and says that there was none', async () => {
    const { status, out, err, asked } = await report({});
    expect([status, err]).toEqual([3, noSweep]);
    expect(JSON.parse(out)).toMatchObject({ sweep: null, point: { sweep: 'missing' }, previousAt: null });
    const deeds = new Set(
      asked.filter(({ service }) => service !== 'cloudformation' && service !== 'sts').map(({ does }) => does),
    );
    expect([...deeds].filter((does) => !['GetItem', 'Query', 'Scan', 'GET'].includes(does))).toEqual([]);
  });

  test('a guard that schedules no reports has no bucket to ask', async () => {
    const { ReportBucketName: _none, ...outputs } = everything;
    const { status, asked } = await report({ outputs });
    expect(status).toBe(3);
    expect(asked.filter(({ service }) => service === 's3')).toEqual([]);
  });

  test('an earlier report that is spoiled is named, and stops nothing', async () => {
    const { status, err } = await report({ points: ['points/daily/2026-11-22.json'] });
    expect([status, err]).toEqual([3, `report: points/daily/2026-11-22.json is no point of a report\n${noSweep}`]);
  });

  test.each<[string, Aws, RegExp]>([
    [
      'no such stack',
      refusing('cloudformation', queryError('ValidationError', 'Stack with id KmsGuard does not exist')),
      /^report: the stack KmsGuard could not be asked for \(ValidationError: Stack with id KmsGuard does not exist\)/,
    ],
    [
      'a stack that may not be looked at',
      refusing('cloudformation', queryError('AccessDenied', 'not yours')),
      /^report: the stack KmsGuard could not be asked for \(AccessDenied: not yours\)/,
    ],
    ['a stack without outputs', { outputs: {} }, /^report: the stack KmsGuard has no output TableName: /],
    [
      'a guard without a sweep',
      { outputs: { TableName: 'l' } },
      /^report: the stack KmsGuard has no output SweepBucketName: /,
    ],
    [
      'credentials of nobody',
      refusing('sts', queryError('ExpiredToken', 'too late')),
      /^report: who you are could not be asked for \(ExpiredToken: too late\)/,
    ],
    ['a table that may not be read', refusing('dynamodb', dynamoDenied), /\(AccessDeniedException: not yours\)$/],
    [
      'a bucket that may not be read',
      refusing('s3', { status: 403, body: '<Error><Code>AccessDenied</Code><Message>not yours</Message></Error>' }),
      /^report: s3:ListBucket of points\/daily\/ failed \(AccessDenied: not yours\)$/,
    ],
  ])('%s is one line, and no report', async (_, aws, line) => {
    const { status, out, err } = await report(aws);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(line);
    expect(err).not.toContain('\n');
  });
});
