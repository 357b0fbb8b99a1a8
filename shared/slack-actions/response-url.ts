export const slackHooks = 'https://hooks.slack.com';

/**
 * May an answer be posted there? Only to Slack itself, or to the one origin that a run on a laptop names: a URL out of a
 * payload never chooses what the guard connects to.
 */
export const isResponseUrl = (text: string, origin: string = slackHooks): boolean => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.origin === origin && url.username === '' && url.password === '' && url.pathname.length > 1;
};
