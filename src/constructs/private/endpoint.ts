import type { IConstruct } from 'constructs';
import { fail } from './validate';
import { addWarning } from './warnings';

const CREDENTIAL = /(key|token|secret|passw|credential|sig(nature)?$)/i;

/** An HTTP endpoint that may stand in a ConfigMap: it holds no credential. */
export function checkEndpoint(at: IConstruct, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    fail(
      at,
      `the endpoint '${withoutUser(text)}' is not an HTTP URL`,
      "write it as 'https://siem.example.com/api/logs'",
    );
  }
  if (url.username !== '' || url.password !== '') {
    fail(at, `the endpoint '${withoutUser(text)}' holds a user or password`, "give 'username' and 'password' apart");
  }
  const credential = [...url.searchParams.keys()].find((name) => CREDENTIAL.test(name));
  if (credential !== undefined) {
    const remedy = 'the endpoint is readable by everyone: send the credential in a header';
    fail(at, `the endpoint's query parameter '${credential}' looks like a credential, [redacted]`, remedy);
  }
  if (url.protocol === 'http:') addWarning(at, `records travel to '${url.host}' in plain text; use https`);
  return url;
}

/** A URL that paths are appended to, without the slash at its end. */
export function checkBaseUrl(at: IConstruct, text: string): string {
  const url = checkEndpoint(at, text);
  if (url.search !== '' || url.hash !== '') {
    fail(at, `the endpoint '${withoutUser(text)}' has a query`, 'give the base URL alone');
  }
  return url.href.replace(/\/+$/, '');
}

/** The port of a URL, also when it is the scheme's own. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** Whether a URL names a Service of the cluster. */
export function isInCluster({ hostname }: URL): boolean {
  return /^[^.[]+$|\.svc(\.|$)/.test(hostname);
}

function withoutUser(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//[redacted]@').replace(/\?.*$/s, '');
}
