/** What an editor shows over a key, by JSON Schema path; the constraints themselves come from the zod schema. */
export const descriptions: Readonly<Record<string, string>> = {
  modes: 'What each remedy may do: observe (the default, no write permission at all) or enforce.',
  'modes.remedies': 'The mode of each remedy, for all accounts.',
  'modes.accounts': 'Modes of one account, by its 12-digit id; they win over those for all accounts.',
  deletion: 'When a scheduled key deletion may stand.',
  'deletion.minimumWindowInDays': 'A deletion with a shorter waiting period is never long enough.',
  'deletion.unusedForDays': 'A key that was used within so many days is in use.',
  'deletion.protectedKeys': 'ARNs of keys whose deletion always needs an approval or a waiver; * stands for any text.',
  'deletion.protectedTags': 'Tags that protect a key: tag key to value, * for any value.',
  'deletion.expectedActors':
    'ARNs of who may schedule deletions; empty means anybody may, if the key is proven unused.',
  rotation: 'How often keys must rotate.',
  'rotation.maximumPeriodInDays': 'A longer rotation period is a violation.',
  'rotation.manualPeriodInDays':
    'A key that KMS does not rotate by itself is to be replaced when its material is this many days old.',
  disabled: 'How long keys may stay disabled.',
  'disabled.maximumDays': 'A key that is disabled for so many days is to be enabled or retired.',
  requiredTags: 'Tag keys that every key must carry with a value; upper and lower case differ.',
  importedMaterial: 'What is told of imported key material.',
  'importedMaterial.expiryNoticeInDays': 'Material that expires within so many days is told.',
  grants: 'How long grants may lie idle.',
  'grants.staleAfterDays': 'A grant of this age, on a key that was not used for as long, is stale.',
  trust: "Who counts as inside, besides the key's own account: everybody else is outside.",
  'trust.organization': 'The own organization, such as o-a1b2c3d4e5; null when there is none.',
  'trust.memberAccounts': 'Member accounts of the own organization, as far as key policies name them by account.',
  'trust.accounts': 'Trusted accounts outside of the organization.',
  'trust.organizations': 'Trusted organizations besides the own one.',
  'trust.organizationPaths':
    'Trusted organizational units, as aws:PrincipalOrgPaths writes them: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*.',
  'trust.services': 'Service principals that may act for anybody, such as logs.eu-west-1.amazonaws.com.',
  'trust.networks': 'VPC endpoints, VPCs and CIDR blocks: a call from there is inside.',
  replicaRegions: 'Regions that multi-Region keys may be replicated to; empty means any.',
  safety: 'Brakes: what keeps the guard itself from doing damage.',
  'safety.remediesPerHour':
    'More remedies than this in an hour and account trip the breaker: then the guard only alerts. Rescues of keys from deletion are counted apart, by the same number.',
  'safety.replayMaxAgeInMinutes': 'Replayed events older than this only alert.',
  rules: 'Switches a rule on or off, or changes its severity, by rule id.',
  waivers: 'Exemptions from one rule for some keys, each with owner, reason and expiry.',
  waiverMaximumDays: 'No waiver may run longer than so many days from now; null sets no limit on those of this file.',
  waiverNoticeDays: 'A waiver that ends within so many days is told.',
  accountPaths:
    'Where accounts stand in the organization, for waivers of an OU: account id to o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/.',
  sweep: 'The nightly look at every key: when, where, as whom, and how much of the request quotas it may take.',
  'sweep.enabled': 'Whether it is deployed.',
  'sweep.timeZone': 'A name of the IANA time zone database. A night without that hour has no sweep.',
  'sweep.hour': 'The hour of the day at which it begins, in the time zone.',
  'sweep.accounts':
    'Accounts to look at: own, organization (every active account; from the management or a delegated account), or ids.',
  'sweep.role': 'The name of the role to assume in every account but the own one.',
  'sweep.regions': 'Regions to look at, or "enabled" for every Region that is enabled in the account.',
  'sweep.regionsAtOnce': 'So many Regions are looked at at the same time, each by one Lambda.',
  'sweep.quotaShare': 'The part of each request quota that it may take: workloads come first.',
  'sweep.slowFactsEveryDays':
    'Tags, grants, replicas and rotations on demand of keys that no event touched and no rule flagged are asked once in so many days; 1 asks every night.',
  'sweep.toleratedFailuresPercent': 'When more of the Regions fail, it stops. What cannot be read is no failure.',
  alarms: "Where CloudWatch's alarms about the guard itself go besides its own topic.",
  'alarms.topicArns': 'Topics of the same Region, best in another account: at most 4.',
  alerts: 'Where alerts go: channels, routes, a daily digest, storms and reminders.',
  'alerts.channels':
    'Channels by a name of your own; each leads to exactly one of Slack, a webhook, a topic or Amazon Q Developer.',
  'alerts.routes':
    'Which alerts go to which channels; every route that fits counts, and what none fits goes to "default".',
  'alerts.quiet':
    'What is less severe waits for a daily digest, unless it is about a pending deletion; null: nothing waits.',
  'alerts.quiet.below': 'What is less severe than this waits.',
  'alerts.quiet.digestHour': 'The hour of the day at which the digest goes out, in the time zone.',
  'alerts.quiet.timeZone': 'A name of the IANA time zone database.',
  'alerts.slackTokenSecretArn':
    "The secret with the Slack app's bot token: its text, or JSON with token. Needed for channels in Slack.",
  'alerts.storm':
    'When alerts that are alike (account, rule, severity, actor, end) become one message that counts them.',
  'alerts.storm.after': 'So many have a message each; the next one begins the storm.',
  'alerts.storm.withinSeconds': 'Each comes at most so long after the one before.',
  'alerts.storm.summaryMinutes': 'Topics and webhooks get one summary at most so often.',
  'alerts.escalation': 'How a pending deletion that nobody answered is raised again.',
  'alerts.escalation.hoursBefore': 'So many hours before the key is deleted, louder each time.',
  'alerts.accountNames': 'What messages call an account: account id to name.',
  organization:
    'The member accounts that this guard looks after, and how it gets into them; null: only its own account.',
  'organization.id': 'The organization, such as o-a1b2c3d4e5.',
  'organization.externalId':
    'Asked for when the guard assumes its role in a member account. Not a secret, but not to be guessed.',
  'organization.responderRole': "The name of the guard's role in each member account.",
  'organization.importFindings': 'Whether the guard may write its findings into the Security Hub of the members.',
  'organization.stackSet':
    'Deploys the member template to accounts, those of tomorrow too; null: it is deployed by other means.',
  'organization.stackSet.organizationalUnits':
    'Roots and units whose accounts are guarded. A StackSet never reaches the management account.',
  'organization.stackSet.regions': "Regions where members' keys are guarded.",
  'organization.stackSet.callAs': 'SELF from the management account.',
  slack: 'Answers from Slack (buttons); null where nobody may answer there.',
  'slack.signingSecretArn': "The secret with the Slack app's signing secret: its text, or JSON with signingSecret.",
  'slack.users':
    'People by Slack user id, each with a name and the AWS principals that they use; * stands for any text.',
  'slack.approvers': 'Who may approve a deletion: Slack user ids out of users. Nobody approves their own.',
  'slack.approvalHours':
    'After the guard cancelled, an approval lets the requester schedule the deletion again for so long.',
  'slack.snoozeHours': 'What the button Snooze means.',
  reports:
    'Compliance reports: when, and how their evidence is kept. They are made from the ledger and the last sweep.',
  'reports.schedules': 'daily, weekly (on Monday), monthly (on the first); empty: none at all.',
  'reports.hour': 'The hour of the day at which they are made, in the time zone; later than the sweep.',
  'reports.timeZone': 'A name of the IANA time zone database.',
  'reports.title': 'In the head of each report.',
  'reports.objectLock': 'What nobody may delete so long; null: no Object Lock.',
  'reports.objectLock.mode': 'GOVERNANCE yields to a special permission, COMPLIANCE to nobody.',
  'reports.objectLock.days': 'So many days from the making of the report.',
  'reports.keptDays': 'Days after which reports go; as long as Object Lock holds them at least.',
  'reports.signingKeyArn': 'An asymmetric key for SIGN_VERIFY that signs the manifest of each report; null: none does.',
  'reports.signingAlgorithm': "How it signs: one of the key's own algorithms.",
  'reports.securityHub': 'Imports findings into Security Hub CSPM of each account and Region where they stand.',
  'reports.linkHours': 'The link in the alert opens the report for so long; AWS may end it sooner.',
};
