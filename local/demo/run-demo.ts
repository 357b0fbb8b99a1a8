import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { LocalAws } from '../local-aws.ts';
import type { LocalSlack } from '../slack/local-slack.ts';
import { type AlertInbox, openAlertInbox, type ReceivedAlert } from './alert-inbox.ts';
import { answerInSlack } from './answer-in-slack.ts';
import { makeEstate } from './estate.ts';
import { type EntryView, type LedgerView, ledgerView } from './ledger-view.ts';
import { type Scene, scenes } from './scenes.ts';
import { type SlackScreen, slackScreen } from './slack-screen.ts';

type Stage = {
  readonly aws: LocalAws;
  readonly outputs: Readonly<Record<string, string>>;
  readonly local: LocalSlack;
  /** Presses the buttons itself, for nobody is there to do it. */
  readonly answers: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
};

type Result = {
  readonly scene: Scene;
  readonly state: string;
  readonly seconds: number;
  readonly entry: EntryView | undefined;
};

export type Demo = {
  /** Every key ended in the state it should. */
  readonly asExpected: boolean;
  /** Goes on showing alerts until the signal. */
  readonly showAlerts: () => Promise<void>;
};

/** Makes the estate, plays the scenes, and shows what the guard saw, decided, did and told. */
export const runDemo = async ({ aws, outputs, local, answers, say, signal }: Stage): Promise<Demo> => {
  const screen = slackScreen(local, say);
  const inbox = await openAlertInbox(aws, outputs['TopicArn'] ?? '');
  const ledger = ledgerView(aws, outputs['TableName'] ?? '');
  say('\nAn estate of three keys: alias/orders (in use), alias/invoices (rotating), and one that nobody ever used.');
  const estate = await makeEstate(aws);
  // The guard restores a key only to a state that it has seen: let it see the keys being made.
  for (const guard of ['deletion-guard', 'policy-guard']) {
    await Promise.all(Object.values(estate).map((key) => ledger.waitFor(key, 'CreateKey', { guard })));
  }
  const results: Result[] = [];
  for (const scene of scenes(aws, estate)) {
    signal.throwIfAborted();
    results.push(await play(scene, { ledger, inbox, screen, say }));
  }
  const answered = !answers || (await answerInSlack({ local, screen, keyArn: estate.orders, say }));
  summarize(results, say);
  const asExpected =
    answered && results.every(({ scene, state, entry }) => state === scene.expected && entry !== undefined);
  return {
    asExpected,
    showAlerts: async () => {
      while (!signal.aborted) {
        for (const alert of await inbox.receive(2)) showAlert(alert, say);
        screen.showNews();
      }
    },
  };
};

type Watch = {
  readonly ledger: LedgerView;
  readonly inbox: AlertInbox;
  readonly screen: SlackScreen;
  readonly say: (line: string) => void;
};

const play = async (scene: Scene, { ledger, inbox, screen, say }: Watch): Promise<Result> => {
  say(`\n${styleText('bold', `> ${scene.title}`)}`);
  const start = Date.now();
  await scene.act();
  const called = await scene.state();
  say(`  the call went through: the key is ${called}`);
  const reached = await reach(scene, start);
  const entry = await ledger.waitFor(scene.key, scene.eventName, { byPeople: true });
  const seconds = reached ?? (Date.now() - start) / 1000;
  showEntry(entry, say);
  const state = await scene.state();
  say(`  after ${seconds.toFixed(1)} s the key is ${styleText('bold', state)}`);
  if (entry !== undefined && entry.decision.action !== 'ignore') {
    for (const alert of await alertsAbout(scene, inbox)) showAlert(alert, say);
    if (!(await screen.showAbout(scene.key, 20))) say('  no message in Slack within 20 s');
  }
  return { scene, state, seconds, entry };
};

/** Seconds until the key is as it should be; null when that is so from the start, or never within 30 seconds. */
const reach = async (scene: Scene, start: number): Promise<number | null> => {
  if ((await scene.state()) === scene.expected) return null;
  while (Date.now() - start < 30_000) {
    if ((await scene.state()) === scene.expected) return (Date.now() - start) / 1000;
    await sleep(50);
  }
  return null;
};

const alertsAbout = async ({ key }: Scene, inbox: AlertInbox): Promise<readonly ReceivedAlert[]> => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const about = (await inbox.receive(2)).filter(({ keyArn }) => keyArn === key);
    if (about.length > 0) return about;
  }
  return [];
};

const showEntry = (entry: EntryView | undefined, say: (line: string) => void): void => {
  if (entry === undefined) {
    say('  the guard has not recorded it within 30 s');
    return;
  }
  const flagged = entry.verdicts.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  say(`  saw      ${entry.call.eventName} (${entry.guard}, event ${entry.eventID})`);
  say(`  judged   ${flagged.map(({ rule, verdict }) => `${rule}: ${verdict}`).join(', ') || 'compliant: proven safe'}`);
  say(`  decided  ${entry.decision.action}${entry.decision.remedy === null ? '' : ` ${entry.decision.remedy}`}`);
  for (const { remedy, outcome, detail } of entry.outcomes) say(`  did      ${remedy}: ${outcome}: ${detail}`);
};

/** Its text says what the message in Slack says. */
const showAlert = ({ subject }: ReceivedAlert, say: (line: string) => void): void => {
  say(styleText('gray', '  | by SNS, for mail and programs'));
  say(`  ${styleText('gray', '|')} Subject: ${subject}`);
};

const summarize = (results: readonly Result[], say: (line: string) => void): void => {
  say(`\n${styleText('bold', 'In short')}`);
  for (const { scene, state, seconds, entry } of results) {
    const mark =
      state === scene.expected ? styleText('green', 'as it should') : styleText('red', `should be ${scene.expected}`);
    say(
      `  ${scene.eventName.padEnd(20)} ${(entry?.decision.action ?? 'no record').padEnd(10)} ${seconds.toFixed(1).padStart(5)} s  ${state} (${mark})`,
    );
  }
};
