import { describe, expect, it } from 'vitest';
import { readRecords } from '../../shared/replay/read-records.ts';
import { kms, outline, readAll, s3, sourceOf } from './support.ts';

const json = (value: unknown): string => JSON.stringify(value);
const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
const lookup = (record: Record<string, unknown>) => ({ EventId: record['eventID'], CloudTrailEvent: json(record) });
const event = (detail: unknown) => ({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail });

const read = async (text: string, size?: number): Promise<string[]> =>
  outline((await readAll(sourceOf(text, size))).items);

describe('every form that CloudTrail records come in', () => {
  const three = [kms('a'), s3('b'), kms('c')];
  it.each([
    ['a log file', json({ Records: three }), ['1 a', '3 c']],
    ['a log file, pretty-printed', pretty({ Records: three }), ['1 a', '3 c']],
    ['a list that is not the first field', json({ n: [1, '}'], Records: three, m: { Records: 1 } }), ['1 a', '3 c']],
    ['a name of the list spelled with escapes', json({ Records: three }).replace('Rec', '\\u0052ec'), ['1 a', '3 c']],
    ['JSON Lines', three.map(json).join('\n'), ['1 a', '3 c']],
    [
      'JSON Lines with CRLF, empty lines and a last line end',
      `${three.map(json).join('\r\n\r\n')}\r\n`,
      ['1 a', '3 c'],
    ],
    ['objects without anything between', three.map(json).join(''), ['1 a', '3 c']],
    ['pretty-printed objects', three.map(pretty).join('\n'), ['1 a', '3 c']],
    ['a list', json(three), ['1 a', '3 c']],
    ['one record', json(kms('a')), ['1 a']],
    ['one record, pretty-printed, with a byte order mark', `\ufeff${pretty(kms('a'))}`, ['1 a']],
    ['log files one a line', `${json({ Records: three })}\n${json({ Records: three })}`, ['1 a', '3 c', '4 a', '6 c']],
    ['an EventBridge event', json(event(kms('a'))), ['1 other']],
    ['a native event', json({ source: 'aws.kms', 'detail-type': 'KMS CMK Rotation', detail: {} }), ['1 other']],
    ['events as JSON Lines', [event(s3('b')), event(kms('a'))].map(json).join('\n'), ['2 other']],
    ['LookupEvents output', pretty({ Events: [lookup(s3('b')), lookup(kms('a'))], NextToken: 'x' }), ['2 other']],
    ['nothing', '', []],
    ['an empty log file', '{"Records":[]}', []],
  ])('%s', async (_, text, expected) => {
    expect(await read(text)).toEqual(expected);
    expect(await read(text, 1)).toEqual(expected);
    expect(await read(text, 7)).toEqual(expected);
  });
});

describe('what must not mislead', () => {
  it.each([
    ['brackets and quotes in strings', kms('a', { userAgent: '}]{["\\\\" }\\' }), ['1 a']],
    ['the source spelled with escapes', json(kms('a')).replace('kms.', '\\u006b\\u006Ds.'), ['1 a']],
    [
      'the source spelled inside LookupEvents',
      json(lookup({ eventSource: 'X' })).replace('X', '\\\\u006bms.amazonaws.com'),
      ['1 other'],
    ],
    [
      'KMS in another field',
      s3('b', { userIdentity: { invokedBy: 'kms.amazonaws.com' }, eventSourceX: 'aws.kms' }),
      [],
    ],
    ['an eventSource deeper down', { detail: { eventSource: 'kms.amazonaws.com' } }, []],
    ['KMS inside an escaped policy', s3('b', { policy: json({ Service: 'kms.amazonaws.com' }) }), []],
    ['lists called Records deeper down', kms('a', { requestParameters: { Records: [kms('x')], Events: [] } }), ['1 a']],
    ['more levels than any record has', kms('a', { deep: JSON.parse('['.repeat(500) + ']'.repeat(500)) }), ['1 a']],
    ['no ASCII', kms('ключ-🔑', { text: 'é\u2028' }), ['1 ключ-🔑']],
  ])('%s', async (_, record, expected) => {
    const text = typeof record === 'string' ? record : json(record);
    expect(await read(text)).toEqual(expected);
    expect(await read(`{"Records":[${text}]}`, 3)).toEqual(expected);
  });
});

describe('what cannot be read is one item, and the rest goes on', () => {
  const good = json(kms('good'));
  const cut = json(kms('cut', { userIdentity: { type: 'Root' } }));
  it.each([
    ['a cut line, inside a string', `${cut.slice(0, 40)}\n${good}`, ['1 no JSON at byte 39', '2 good']],
    ['a cut line, after a comma', `${cut.slice(0, cut.indexOf(',') + 1)}\n${good}`, ['1 no JSON at byte 24', '2 good']],
    [
      'a cut line, before a value',
      `{"eventID":\n${good}\n${good}`,
      [`1 no JSON at byte ${13 + good.length}`, '2 good', '3 good'],
    ],
    [
      'a line that is no JSON',
      `${good}\nhello {world\n${good}`,
      ['1 good', `2 no JSON object at byte ${good.length + 1}`, '3 good'],
    ],
    [
      'lines of other JSON',
      `null\n${good}\n"a{b"\n7`,
      ['1 no JSON object at byte 0', '2 good', '3 no JSON object', '4 no JSON object'],
    ],
    ['a record of KMS with a wrong literal', `${good.replace('"1.11"', 'nope')}\n${good}`, ['1 not JSON: ', '2 good']],
    ['wrong brackets', `{"a":[1,2}\n${good}`, ['1 no JSON at byte 9', '2 good']],
    [
      'a broken record in a list',
      `{"Records":[${good},${cut.slice(0, 50)},${good},${good}]}`,
      ['1 good', '2 the file ends', '3 good', '4 good'],
    ],
    [
      'things in a list that are no records',
      `{"Records":[null,${good},"x}",[${good}],7,${good}]}`,
      ['1 no JSON object', '2 good', '3 no JSON object', '4 a list where', '5 no JSON object', '6 good'],
    ],
    [
      'the end inside a record',
      `${good}\n${cut.slice(0, 60)}`,
      ['1 good', `2 the file ends at byte ${good.length + 61}`],
    ],
    ['the end between records', `{"Records":[${good},`, ['1 good', '2 the file ends']],
    ['the end behind a cut line', `{"eventID":\n${good}`, ['1 the file ends', '2 good']],
    ['only garbage', '\u0000\u0001\u0002garbage', ['1 no JSON object at byte 0']],
  ])('%s', async (_, text, expected) => {
    const starts = expected.map((line) => expect.stringMatching(new RegExp(`^${line.replaceAll(/[.$]/g, '\\$&')}`)));
    expect(await read(text)).toEqual(starts);
    expect(await read(text, 1)).toEqual(starts);
  });

  it('a record of 9 MB is let go, and memory with it', async () => {
    const { items } = await readAll(sourceOf(`${json(kms('a', { big: 'x'.repeat(9_000_000) }))}\n${good}`));
    expect(outline(items)).toEqual(['1 longer than 8388608 bytes', '2 good']);
  });

  it('a list behind 9 MB of something else is still found', async () => {
    const { items } = await readAll(sourceOf(`{"x":"${'y'.repeat(9_000_000)}","Records":[${good}]}`));
    expect(outline(items)).toEqual(['1 good']);
  });
});

describe('files', () => {
  const failing = {
    file: 'broken',
    open: async function* () {
      yield Buffer.from(`{"Records":[${json(kms('a'))},`);
      throw new Error('unexpected\nend of file');
    },
  };

  it('gives what was read before an error, says why, and goes on with the next file', async () => {
    const { items, counters } = await readAll(failing, sourceOf(json(kms('b'))));
    expect(items.map(({ file }) => file)).toEqual(['broken', 'broken', 'log']);
    expect(outline(items)).toEqual(['1 a', '2 unexpected end of file', '1 b']);
    expect(counters).toMatchObject({ files: 2, records: 3, kmsRecords: 2, unreadable: 1, failedFiles: 1 });
  });

  it('counts files, bytes and records of all kinds', async () => {
    const text = json({ Records: [kms('a'), s3('b')] });
    const { counters } = await readAll(sourceOf(text), sourceOf(''), sourceOf(text, 5));
    expect(counters).toEqual({
      files: 3,
      bytes: 2 * text.length,
      records: 4,
      kmsRecords: 2,
      unreadable: 0,
      failedFiles: 0,
    });
  });

  it('closes every file it has opened when the reader leaves early', async () => {
    const open: string[] = [];
    const endless = (file: string) => ({
      file,
      open: async function* () {
        open.push(file);
        try {
          for (;;) yield Buffer.from(`${json(kms('a'))}\n`.repeat(1_000));
        } finally {
          open.splice(open.indexOf(file), 1);
        }
      },
    });
    for await (const item of readRecords(['a', 'b', 'c', 'd'].map(endless))) if (item.record === 5_000) break;
    expect(open).toEqual([]);
  });
});
