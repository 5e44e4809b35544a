/** Certificates for one test run: no key lies in the repository, and none expires. X.509 (RFC 5280) in DER. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Certified {
  /** A certificate for 127.0.0.1 that this authority signed. */
  issue(name: string): Certified;
}

const ECDSA_WITH_SHA256 = sequence(objectId('2a8648ce3d040302'));
const LIFETIME_MS = 24 * 3_600_000;
let serial = 1;

export function authority(name: string): Authority {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = certify({ subject: name, issuer: name, key: privateKey, signer: privateKey, isAuthority: true });
  return {
    ...own,
    issue: (subject) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return certify({ subject, issuer: name, key: pair.privateKey, signer: privateKey, isAuthority: false });
    },
  };
}

interface Request {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly isAuthority: boolean;
}

function certify({ subject, issuer, key, signer, isAuthority }: Request): Certified {
  const now = Date.now();
  const basicConstraints = extension('551d13', sequence(isAuthority ? boolean(true) : Buffer.alloc(0)));
  const loopback = extension('551d11', sequence(tagged(0x87, Buffer.from([127, 0, 0, 1]))));
  serial += 1;
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(serial),
    ECDSA_WITH_SHA256,
    commonName(issuer),
    sequence(utcTime(now - LIFETIME_MS), utcTime(now + LIFETIME_MS)),
    commonName(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints, loopback)),
  );
  const der = sequence(body, ECDSA_WITH_SHA256, bitString(sign('sha256', body, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function integer(value: number): Buffer {
  return tagged(0x02, Buffer.from([value]));
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.from([0]), bytes);
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), tagged(0x04, value));
}

function commonName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(name)))));
}

/** `YYMMDDhhmmssZ`. */
function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}
