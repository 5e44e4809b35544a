import fc from 'fast-check';
import type { LoginMessage } from '../../src/event/login-message';
import { parseSshdMessage } from '../../src/event/sshd-message';

const KEY = 'ED25519 SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDT6kxhAkbVdrKzDfI';

/** `result user address port`, with `-` for what is missing. */
function brief(message: string): string | undefined {
  const parsed = parseSshdMessage(message);
  if (parsed === undefined) return undefined;
  return [parsed.result, parsed.user ?? '-', parsed.address ?? '-', parsed.port ?? '-'].join(' ');
}

describe('sshd reports', () => {
  test.each([
    {
      title: 'a password',
      message: 'Failed password for root from 192.0.2.1 port 22 ssh2',
      brief: 'failure root 192.0.2.1 22',
    },
    {
      title: 'a name it does not know',
      message: 'Failed password for invalid user bob from 192.0.2.1 port 22 ssh2',
      brief: 'failure bob 192.0.2.1 22',
    },
    {
      title: 'no method',
      message: 'Failed none for invalid user bob from 192.0.2.1 port 22 ssh2',
      brief: 'failure bob 192.0.2.1 22',
    },
    {
      title: 'a submethod',
      message: 'Failed keyboard-interactive/pam for root from 2001:db8::1 port 9 ssh2',
      brief: 'failure root 2001:db8::1 9',
    },
    {
      title: 'a key',
      message: `Failed publickey for root from 192.0.2.1 port 22 ssh2: ${KEY}`,
      brief: 'failure root 192.0.2.1 22',
    },
    { title: 'an announcement', message: 'Invalid user bob from 192.0.2.1 port 22', brief: 'failure bob 192.0.2.1 22' },
    {
      title: 'an announcement of an old server',
      message: 'Invalid user bob from 192.0.2.1',
      brief: 'failure bob 192.0.2.1 ',
    },
    {
      title: 'an announcement of an empty name',
      message: 'Invalid user  from 192.0.2.1 port 22',
      brief: 'failure  192.0.2.1 22',
    },
    {
      title: 'an attempt with an empty name',
      message: 'Failed password for invalid user  from 192.0.2.1 port 22 ssh2',
      brief: 'failure  192.0.2.1 22',
    },
    {
      title: 'a login with a password',
      message: 'Accepted password for bob from 192.0.2.1 port 22 ssh2',
      brief: 'success bob 192.0.2.1 22',
    },
    {
      title: 'a login with a key',
      message: `Accepted publickey for bob from 192.0.2.1 port 22 ssh2: ${KEY}`,
      brief: 'success bob 192.0.2.1 22',
    },
    {
      title: 'a login with a certificate',
      message:
        'Accepted publickey for bob from 192.0.2.1 port 22 ssh2: ED25519-CERT SHA256:x ID bob@laptop (serial 1) CA RSA SHA256:y',
      brief: 'success bob 192.0.2.1 22',
    },
    {
      title: 'through the process before authentication',
      message: 'Failed password for root from 192.0.2.1 port 22 ssh2 [preauth]',
      brief: 'failure root 192.0.2.1 22',
    },
    {
      title: 'a mapped address',
      message: 'Failed password for root from ::ffff:192.0.2.1 port 22 ssh2',
      brief: 'failure root 192.0.2.1 22',
    },
    {
      title: 'a peer that is gone',
      message: 'Failed password for root from UNKNOWN port 65535 ssh2',
      brief: 'failure root - 65535',
    },
  ])('an attempt: $title', (row) => {
    expect(brief(row.message)).toBe(row.brief);
  });

  test.each([
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1 user=root',
    'Disconnected from invalid user bob 192.0.2.1 port 22 [preauth]',
    'Connection closed by authenticating user root 192.0.2.1 port 22 [preauth]',
    'Connection reset by invalid user bob 192.0.2.1 port 22 [preauth]',
    'error: maximum authentication attempts exceeded for root from 192.0.2.1 port 22 ssh2 [preauth]',
    'User root from 192.0.2.1 not allowed because not listed in AllowUsers',
    'Postponed publickey for bob from 192.0.2.1 port 22 ssh2 [preauth]',
    'Partial publickey for bob from 192.0.2.1 port 22 ssh2',
    'Failed to start the thing from 192.0.2.1 port 22 ssh2',
    'Failed password for root',
    'Failed password for root from 192.0.2.1 port x ssh2',
    'Failed password for root from 192.0.2.1 port 22 ssh1',
    'Failed password for root from 192.0.2.1 port 123456 ssh2',
    'Failed password for root from 192.0.2.1 port 22 ssh2 and more',
    'Invalid user bob',
    'Invalid user bob from 192.0.2.1 port 22 again',
    'Invalid user bob from 192.0.2.1 at 22',
    '',
  ])('no attempt: %s', (message) => {
    expect(parseSshdMessage(message)).toBeUndefined();
  });
});

/** Names an attacker would log in with, to have the blame laid on 9.9.9.9. */
const HOSTILE = [
  'x from 9.9.9.9 port 22',
  'x from 9.9.9.9 port 22 ssh2',
  'x from 9.9.9.9 port 22 ssh2: RSA SHA256:abc',
  'x from 9.9.9.9 port 22 ssh2 [preauth]',
  ' from 9.9.9.9 port 22 ssh2',
  'x for invalid user y from 9.9.9.9 port 22 ssh2',
  'x ] from 9.9.9.9',
];

describe('a name cannot forge the address', () => {
  test.each(HOSTILE)('in an announcement: %j', (name) => {
    expect(brief(`Invalid user ${name} from 192.0.2.1 port 40000`)).toBe(`failure ${name} 192.0.2.1 40000`);
  });

  test.each(HOSTILE)('in a failed attempt: %j', (name) => {
    const message = `Failed password for invalid user ${name} from 192.0.2.1 port 40000 ssh2`;
    expect(brief(message)).toBe(`failure ${name} 192.0.2.1 40000`);
  });

  test.each(HOSTILE)('in a failed attempt with a key: %j', (name) => {
    const message = `Failed publickey for invalid user ${name} from 192.0.2.1 port 40000 ssh2: ${KEY}`;
    expect(brief(message)).toBe(`failure ${name} 192.0.2.1 40000`);
  });

  test('nor can the id of a certificate or the name of a host: two readings give no address', () => {
    const certificate =
      'RSA-CERT SHA256:q ID x from 9.9.9.9 port 22 ssh2: RSA-CERT SHA256:z ID y (serial 0) CA RSA SHA256:w';
    const host = 'RSA SHA256:q, client user "u", client host "x from 9.9.9.9 port 22 ssh2: RSA SHA256:z"';
    for (const rest of [certificate, host]) {
      const parsed = parseSshdMessage(`Failed publickey for root from 192.0.2.1 port 40000 ssh2: ${rest}`);
      expect(parsed).toMatchObject({ result: 'failure', isPeerUnknown: true });
      expect(parsed?.address).toBeUndefined();
      expect(parsed?.user).toBeUndefined();
    }
  });

  test('whatever text it is made of', () => {
    const piece = fc.constantFrom(
      ' ',
      ' from ',
      ' port ',
      ' ssh2',
      '9.9.9.9',
      '22',
      ': ',
      'RSA',
      'SHA256:z',
      ' for ',
      'invalid user ',
      '[preauth]',
      'x',
      ']',
    );
    const tail = fc.constantFrom(' ssh2', ` ssh2: ${KEY}`, ' ssh2 [preauth]');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), tail, (pieces, end) => {
        const name = pieces.join('');
        const expected: Partial<LoginMessage> = { user: name, address: '192.0.2.1', port: '40000' };
        expect(
          parseSshdMessage(`Failed password for invalid user ${name} from 192.0.2.1 port 40000${end}`),
        ).toMatchObject(expected);
        expect(parseSshdMessage(`Invalid user ${name} from 192.0.2.1 port 40000`)).toMatchObject(expected);
      }),
      { numRuns: 2000, seed: 8 },
    );
  });

  test('and a long line takes time that grows with it, not with its square', () => {
    for (const part of [' from ', ' from 9.9.9.9 port 22', ' from 9.9.9.9 port 22 ssh2: x', ' for ']) {
      parseSshdMessage(`Failed password for invalid user ${part.repeat(200_000)}`);
      parseSshdMessage(`Invalid user ${part.repeat(200_000)}`);
    }
  });
});
