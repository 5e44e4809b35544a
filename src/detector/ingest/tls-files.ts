/** Certificates of the audit webhook, read from mounted Secrets and read again when they are renewed. */
import { readFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import type { TLSSocketOptions } from 'node:tls';

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** CA that signs client certificates; without one of its certificates nobody gets in. */
  readonly clientCaFile: string;
}

export async function readTls(files: TlsFiles): Promise<ServerOptions & TLSSocketOptions> {
  const [cert, key, ca] = await Promise.all(
    [files.certificateFile, files.keyFile, files.clientCaFile].map((file) => readFile(file, 'utf8')),
  );
  return { cert, key, ca, minVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: true };
}
