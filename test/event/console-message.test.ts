import { parseConsoleMessage } from '../../src/event/console-message';

describe('login(1) reports', () => {
  test.each([
    {
      title: 'a failure on a terminal',
      message: 'FAILED LOGIN 1 FROM tty1 FOR root, Authentication failure',
      user: 'root',
    },
    {
      title: 'a failure of nobody known',
      message: 'FAILED LOGIN 1 FROM (null) FOR UNKNOWN, User not known',
      user: 'UNKNOWN',
    },
    {
      title: 'the last failure',
      message: 'FAILED LOGIN SESSION FROM tty1 FOR bob, Authentication failure',
      user: 'bob',
    },
    {
      title: 'too many tries',
      message: 'TOO MANY LOGIN TRIES (3) FROM tty1 FOR bob, Have exhausted retries',
      user: 'bob',
    },
    {
      title: 'a failure from afar',
      message: 'FAILED LOGIN 2 FROM 192.0.2.1 FOR bob, Authentication failure',
      user: 'bob',
      address: '192.0.2.1',
    },
    {
      title: 'a failure of shadow',
      message: "FAILED LOGIN (1) on '/dev/tty1' FOR 'bob', Authentication failure",
      user: 'bob',
    },
    {
      title: 'a failure of shadow from afar',
      message: "FAILED LOGIN (1) on '/dev/pts/0' from '192.0.2.1' FOR 'bob', Authentication failure",
      user: 'bob',
      address: '192.0.2.1',
    },
    { title: 'too many tries of shadow', message: "TOO MANY LOGIN TRIES (3) on '/dev/tty1' FOR 'a, b'", user: 'a, b' },
    {
      title: 'a name that spells a place',
      message: 'FAILED LOGIN 1 FROM tty1 FOR x FROM 9.9.9.9 FOR root, y, Authentication failure',
      user: 'x FROM 9.9.9.9 FOR root, y',
    },
    {
      title: 'a quoted name that spells a reason',
      message: "FAILED LOGIN (1) on '/dev/tty1' FOR 'x', no, 'y', Authentication failure",
      user: "x', no, 'y",
    },
  ])('$title', ({ message, user, address }) => {
    const parsed = parseConsoleMessage(message);
    expect(parsed).toMatchObject({ kind: 'login', result: 'failure', user });
    expect(parsed?.address).toBe(address);
  });

  test.each([
    { title: 'a login', message: 'LOGIN ON tty1 BY bob', user: 'bob' },
    { title: 'a login from afar', message: 'LOGIN ON pts/0 BY bob FROM 192.0.2.1', user: 'bob', address: '192.0.2.1' },
    { title: 'a login from a host by name', message: 'LOGIN ON pts/0 BY bob FROM host.example.com', user: 'bob' },
    { title: 'a login of root', message: 'ROOT LOGIN ON tty1', user: 'root' },
    {
      title: 'a login of root from afar',
      message: 'ROOT LOGIN ON pts/0 FROM 192.0.2.1',
      user: 'root',
      address: '192.0.2.1',
    },
    { title: 'a login of root in shadow', message: "ROOT LOGIN  on '/dev/tty1'", user: 'root' },
    { title: 'a login in shadow', message: "'bob' logged in  on '/dev/tty1'", user: 'bob' },
  ])('$title', ({ message, user, address }) => {
    const parsed = parseConsoleMessage(message);
    expect(parsed).toMatchObject({ kind: 'login', result: 'success', user });
    expect(parsed?.address).toBe(address);
  });

  test.each([
    'pam_unix(login:auth): authentication failure; logname=LOGIN uid=0 euid=0 tty=/dev/tty1 ruser= rhost=  user=root',
    'DIALUP AT ttyS0 BY bob',
    'FAILED LOGIN 1 FROM tty 1 FOR root, Authentication failure',
    'FAILED LOGIN 1 FROM tty1',
    'LOGIN ON tty1',
    'ROOT LOGIN REFUSED',
    "'bob' went away",
    '',
  ])('no attempt in %j', (message) => {
    expect(parseConsoleMessage(message)).toBeUndefined();
  });
});
