import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

export interface Certificates {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly sharedKeyFile: string;
}

/** A CA, one certificate for both ends on this machine, and a shared key that quoting must survive. */
export function makeCertificates(dir: string): Certificates {
  fs.mkdirSync(dir, { recursive: true });
  const file = (name: string) => path.join(dir, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
    '-days',
    '2',
    '-subj',
    '/CN=test CA',
  );
  openssl('req', ...newKey, '-keyout', file('tls.key'), '-out', file('tls.csr'), '-subj', '/CN=localhost');
  fs.writeFileSync(file('tls.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2\n');
  const signer = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    file('tls.csr'),
    ...signer,
    '-extfile',
    file('tls.ext'),
    '-out',
    file('tls.crt'),
    '-days',
    '2',
  );
  fs.writeFileSync(file('shared-key'), `a "shared" #{key} with 'quotes' and \\\n`);
  return {
    caFile: file('ca.crt'),
    certificateFile: file('tls.crt'),
    keyFile: file('tls.key'),
    sharedKeyFile: file('shared-key'),
  };
}
