import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportCommand } from '../../cli/report.ts';
import { verifyReport } from '../../cli/report-verify.ts';
import type { KeyPlace } from '../../shared/adapters/public-key.ts';
import { type Fact, known, unknown } from '../../shared/facts/facts.ts';
import {
  manifestName,
  publicKeyName,
  type SigningAlgorithm,
  signatureName,
  signatureText,
} from '../../shared/reports/evidence/manifest.ts';
import { reportFormats } from '../../shared/reports/formats.ts';
import { memoryIo } from '../support/memory-io.ts';
import { reportSample } from '../support/report-sample.ts';

const { sweep, keyRows, findings } = reportSample(12);
const printed = JSON.stringify({ ...sweep, keyRows, findings });
const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-a000-000000000001';

let root = '';
let folder = '';
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kms-guard-evidence-'));
  await run(['-', '--bundle', join(root, 'original')]);
});
beforeEach(async () => {
  made += 1;
  folder = join(root, `case-${made}`);
  await cp(join(root, 'original'), folder, { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = async (args: readonly string[]) => {
  const io = memoryIo({ readFile: (path) => readFile(path, 'utf8'), readStdin: async () => printed });
  return { status: await reportCommand.run(args, io), out: io.out() };
};
const verify = (...args: readonly string[]) => run(['verify', ...args]);

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' });

/** As KMS signs: with a salt as long as the digest for PSS, ECDSA as DER. */
const signed = async (algorithm: SigningAlgorithm, { privateKey, publicKey }: typeof rsa) => {
  const text = await readFile(join(folder, manifestName));
  const options = {
    RSASSA_PSS_SHA_256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    RSASSA_PKCS1_V1_5_SHA_256: {},
    ECDSA_SHA_256: {},
  }[algorithm];
  const signature = sign('sha256', text, { key: privateKey, ...options }).toString('base64');
  await writeFile(join(folder, signatureName), signatureText({ keyArn, algorithm, signature }));
  await writeFile(join(folder, publicKeyName), pem(publicKey));
};

describe('a bundle', () => {
  test('holds every format and says what it is', async () => {
    const { status, out } = await verify(folder);
    expect(status).toBe(0);
    for (const { extension } of reportFormats) expect(out).toContain(`ok       report.${extension}\n`);
    expect(out).toContain(`All ${reportFormats.length} files are as the manifest says.`);
    expect(out).toContain('The manifest is not signed');
    expect((await verify(join(folder, manifestName))).out).toBe(out);
  });

  test('is made again with the same bytes', async () => {
    await run(['-', '--bundle', join(root, `again-${made}`)]);
    const again = await readFile(join(root, `again-${made}`, manifestName), 'utf8');
    expect(again).toBe(await readFile(join(folder, manifestName), 'utf8'));
  });

  test('goes into an empty folder only', async () => {
    await expect(run(['-', '--bundle', folder])).rejects.toThrow(
      /report: the folder .* could not be filled \(it is not empty\)/,
    );
  });
});

describe('tampering is told, file by file', () => {
  test('a changed, a missing and an extra file', async () => {
    const csv = join(folder, 'report.csv');
    await writeFile(csv, (await readFile(csv, 'utf8')).replace('critical', 'low').replace('high', 'low!'));
    await unlink(join(folder, 'report.html'));
    await writeFile(join(folder, 'notes.txt'), 'hello');
    const { status, out } = await verify(folder);
    expect(status).toBe(1);
    expect(out).toMatch(/^CHANGED {2}report\.csv: SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}/m);
    expect(out).toMatch(/^MISSING {2}report\.html: /m);
    expect(out).toMatch(/^EXTRA {4}notes\.txt: /m);
    expect(out).toContain(`3 of ${reportFormats.length + 1} files are not as the manifest says.`);
  });

  test('a link in place of a file', async () => {
    const html = join(folder, 'report.html');
    await rename(html, join(root, `elsewhere-${made}`));
    await symlink(join(root, `elsewhere-${made}`), html);
    expect((await verify(folder)).out).toContain('MISSING  report.html');
  });

  test('as JSON, for programs', async () => {
    await unlink(join(folder, 'report.html'));
    const { status, out } = await verify(folder, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      signature: { state: 'unsigned' },
      files: expect.arrayContaining([expect.objectContaining({ name: 'report.html', state: 'missing' })]),
    });
  });
});

describe('a signature', () => {
  test.each([
    ['RSASSA_PSS_SHA_256', rsa],
    ['RSASSA_PKCS1_V1_5_SHA_256', rsa],
    ['ECDSA_SHA_256', ec],
  ] as const)('%s holds for the manifest that was signed', async (algorithm, pair) => {
    await signed(algorithm, pair);
    const { status, out } = await verify(folder);
    expect([status, out]).toEqual([0, expect.stringContaining(`The manifest is signed by ${keyArn}`)]);
    expect(out).toContain('compare its SHA-256');
    const own = join(root, `own-${made}.der`);
    await writeFile(own, pair.publicKey.export({ type: 'spki', format: 'der' }));
    const trusted = await verify(folder, '--public-key', own);
    expect(trusted.status).toBe(0);
    expect(trusted.out).not.toContain('compare');
  });

  test('does not hold for a manifest that was changed with its files', async () => {
    await signed('ECDSA_SHA_256', ec);
    const path = join(folder, manifestName);
    await writeFile(path, (await readFile(path, 'utf8')).replace('KMS keys', 'Our keys'));
    const { status, out } = await verify(folder);
    expect([status, out]).toEqual([1, expect.stringContaining('SIGNATURE INVALID: ')]);
  });

  test('of somebody else is found by the own public key', async () => {
    await signed('ECDSA_SHA_256', generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    expect((await verify(folder)).status).toBe(0);
    const own = join(root, `own-${made}.pem`);
    await writeFile(own, pem(ec.publicKey));
    expect(await verify(folder, '--public-key', own)).toMatchObject({
      status: 1,
      out: expect.stringContaining('INVALID'),
    });
  });

  describe('with the key that KMS gives', () => {
    const verifyWith = async (answer: Fact<Uint8Array>, ...more: readonly string[]) => {
      const io = memoryIo();
      const places: KeyPlace[] = [];
      const ask = async (place: KeyPlace) => {
        places.push(place);
        return answer;
      };
      const status = await verifyReport([folder, '--key', keyArn, ...more], io, ask);
      return { status, out: io.out(), places };
    };

    test('is asked for in its own Region, and believed', async () => {
      await signed('ECDSA_SHA_256', ec);
      const der = known(ec.publicKey.export({ type: 'spki', format: 'der' }));
      const { status, out, places } = await verifyWith(der, '--endpoint-url', 'http://127.0.0.1:4566');
      expect([status, places]).toEqual([0, [{ keyArn, region: 'eu-west-1', endpoint: 'http://127.0.0.1:4566' }]]);
      expect(out).not.toContain('compare');
    });

    test('does not hold where somebody else signed', async () => {
      await signed('ECDSA_SHA_256', generateKeyPairSync('ec', { namedCurve: 'P-256' }));
      const der = known(ec.publicKey.export({ type: 'spki', format: 'der' }));
      expect(await verifyWith(der)).toMatchObject({ status: 1, out: expect.stringContaining('INVALID') });
    });

    test('ends in one line where KMS gives none', async () => {
      const denied = unknown('access-denied', 'kms:GetPublicKey is not permitted');
      await expect(verifyWith(denied)).rejects.toThrow(
        /^report verify: arn:[^\n]+: kms:GetPublicKey is not permitted$/,
      );
      await expect(verifyReport([folder, '--key', 'alias/x'], memoryIo())).rejects.toThrow(
        '"alias/x" is no ARN of a key',
      );
      const both = verifyReport([folder, '--key', keyArn, '--public-key', 'x'], memoryIo());
      await expect(both).rejects.toThrow('takes --public-key or --key, not both');
      const bad = verifyReport([folder, '--key', keyArn, '--endpoint-url', 'nowhere'], memoryIo());
      await expect(bad).rejects.toThrow('"nowhere" is not an http(s) URL');
    });
  });

  test('that is gone is missed where a public key is given', async () => {
    const own = join(root, `own-${made}.pem`);
    await writeFile(own, pem(ec.publicKey));
    expect(await verify(folder, '--public-key', own)).toMatchObject({
      status: 1,
      out: expect.stringContaining('MISSING'),
    });
  });

  test.each([
    ['nonsense', 'UNREADABLE'],
    [signatureText({ keyArn, algorithm: 'RSASSA_PSS_SHA_256', signature: 'AAAA' }), 'UNUSABLE'],
    [signatureText({ keyArn, algorithm: 'ECDSA_SHA_256', signature: 'AAAA' }), 'INVALID'],
  ])('that reads %j is refused', async (text, word) => {
    await signed('ECDSA_SHA_256', ec);
    await writeFile(join(folder, signatureName), text);
    expect(await verify(folder)).toMatchObject({ status: 1, out: expect.stringContaining(`SIGNATURE ${word}`) });
  });
});

describe('what cannot be verified ends in one line', () => {
  test.each([
    ['not JSON', 'not JSON'],
    ['[]', 'manifest.json: '],
    ['{"schema":"kms-guard/evidence/2"}', 'schema: '],
    [
      JSON.stringify({
        schema: 'kms-guard/evidence/1',
        title: '',
        generatedAt: '',
        period: { kind: '', from: '', to: '' },
        files: [{ name: '../../etc/passwd', mediaType: '', bytes: 0, sha256: '0'.repeat(64) }],
      }),
      'files.0.name: must be the plain name of a file',
    ],
  ])('%s', async (text, message) => {
    await writeFile(join(folder, manifestName), text);
    await expect(verify(folder)).rejects.toThrow(message);
    await expect(verify(folder)).rejects.toThrow(/^report verify: [^\n]*$/);
  });

  test('a folder without a manifest, and no folder at all', async () => {
    await mkdir(join(folder, 'empty'));
    await expect(verify(join(folder, 'empty'))).rejects.toThrow(/manifest\.json: cannot be read/);
    await expect(verify(join(folder, 'nowhere'))).rejects.toThrow(/cannot be read/);
    await expect(verify()).rejects.toThrow(/takes one FOLDER or MANIFEST/);
  });
});
