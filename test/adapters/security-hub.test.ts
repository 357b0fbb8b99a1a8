import { STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { securityHub } from '../../shared/adapters/security-hub.ts';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { asffFindings } from '../../shared/reports/asff.ts';
import { fakeHttp, type HttpReply } from '../support/fake-http.ts';
import { fakeSts } from '../support/fake-sts.ts';
import { reportSample } from '../support/report-sample.ts';

const own = '111122223333';
const member = '444455556666';
const responder = { roleName: 'kms-guard-responder', externalId: 'an-external-id-1', sessionName: 'kms-guard-report' };
const findings = [...asffFindings(aggregate(reportSample(20)))].slice(0, 3);
const keys = { AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-west-1' };
const json = (body: unknown, status = 200): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

afterEach(() => vi.unstubAllEnvs());

const importing = async (place: { account: string; region: string }, reply: HttpReply, alone = false) => {
  await using hub = await fakeHttp(() => reply);
  await using sts = await fakeSts(({ roleArn }) => roleArn.includes('999988887777'));
  for (const [name, value] of Object.entries({ ...keys, AWS_ENDPOINT_URL: hub.endpoint })) vi.stubEnv(name, value);
  const client = new STSClient({ endpoint: sts.endpoint, maxAttempts: 1 });
  const result = await securityHub({ account: own, sts: client, responder: alone ? null : responder })(place)(findings);
  return { result, requests: [...hub.requests], assumptions: [...sts.assumptions] };
};

const sent = z.object({ Findings: z.array(z.looseObject({ Id: z.string(), SchemaVersion: z.string() })) });

test('findings of the own account go in with the own role', async () => {
  const { result, requests, assumptions } = await importing(
    { account: own, region: 'eu-west-1' },
    json({ SuccessCount: 3, FailedCount: 0, FailedFindings: [] }),
  );
  expect(result).toEqual({ kind: 'imported', imported: 3, failed: [] });
  expect(assumptions).toEqual([]);
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/findings/import' });
  expect(sent.parse(JSON.parse(String(requests[0]?.body))).Findings).toEqual(JSON.parse(JSON.stringify(findings)));
});

test('findings of a member go in as its responder, in their own Region, with a session for that alone', async () => {
  const { requests, assumptions } = await importing(
    { account: member, region: 'us-east-1' },
    json({ SuccessCount: 3, FailedCount: 0 }),
  );
  expect(assumptions).toMatchObject([
    {
      roleArn: `arn:aws:iam::${member}:role/kms-guard-responder`,
      externalId: 'an-external-id-1',
      sourceIdentity: 'kms-guard',
    },
  ]);
  expect(JSON.parse(assumptions[0]?.policy ?? '')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Import',
        Effect: 'Allow',
        Action: 'securityhub:BatchImportFindings',
        Resource: `arn:aws:securityhub:*:${member}:product/${member}/default`,
      },
    ],
  });
  expect(String(requests[0]?.headers['authorization'])).toContain(`Credential=${member}/`);
  expect(String(requests[0]?.headers['authorization'])).toContain('/us-east-1/securityhub/');
});

test('what Security Hub refuses of a batch is told, finding by finding', async () => {
  const { result } = await importing(
    { account: own, region: 'eu-west-1' },
    json({
      SuccessCount: 2,
      FailedCount: 1,
      FailedFindings: [{ Id: 'a', ErrorCode: 'InvalidInput', ErrorMessage: 'no' }],
    }),
  );
  expect(result).toEqual({ kind: 'imported', imported: 2, failed: [{ id: 'a', code: 'InvalidInput', message: 'no' }] });
});

test('an account without Security Hub, and one that lets nobody in, are answers', async () => {
  const off = json({ __type: 'InvalidAccessException', Message: 'Account is not subscribed' }, 401);
  expect((await importing({ account: own, region: 'eu-west-1' }, off)).result).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('InvalidAccessException'),
  });
  const closed = await importing({ account: '999988887777', region: 'eu-west-1' }, json({}));
  expect(closed.result).toMatchObject({ kind: 'refused', why: expect.stringContaining('AccessDenied') });
  expect(closed.requests).toEqual([]);
  const nowhere = await importing({ account: member, region: 'eu-west-1' }, json({}), true);
  expect(nowhere.result).toEqual({ kind: 'refused', why: 'no role leads there' });
});
