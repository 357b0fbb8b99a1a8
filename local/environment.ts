import { delimiter, dirname } from 'node:path';

/** What a child may need from ours to find programs, proxies and package indexes. Nothing of AWS is among it. */
const KEPT =
  /^(HOME|LANG|LC_ALL|PYENV_ROOT|PYENV_VERSION|PIP_.*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY|TMPDIR)$/i;

/** Our PATH with this very Node first, so that Lambdas and the CDK run on the Node that runs us. */
export function nodeFirstPath(): string {
  return [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
}

/** A clean environment for a child process: no AWS profile, key or endpoint of the user's leaks into it. */
export function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => KEPT.test(name));
  const clean: Record<string, string> = { PATH: nodeFirstPath() };
  for (const [name, value] of kept) if (value !== undefined) clean[name] = value;
  return clean;
}
