import { parseSuMessage, parseSudoMessage } from '../../src/event/sudo-message';

const WHERE = 'TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/id';

describe('sudo', () => {
  test.each([
    { title: 'a command', message: `bob : ${WHERE}`, result: 'success', reason: 'command allowed' },
    {
      title: 'a command without a terminal',
      message: 'bob : PWD=/ ; USER=root ; COMMAND=/bin/ls',
      result: 'success',
      reason: 'command allowed',
    },
    {
      title: 'a wrong password',
      message: `bob : 1 incorrect password attempt ; ${WHERE}`,
      result: 'failure',
      reason: '1 incorrect password attempt',
    },
    {
      title: 'wrong passwords',
      message: `bob : 3 incorrect password attempts ; ${WHERE}`,
      result: 'failure',
      reason: '3 incorrect password attempts',
    },
    {
      title: 'somebody unknown',
      message: `bob : user NOT in sudoers ; ${WHERE}`,
      result: 'failure',
      reason: 'user NOT in sudoers',
    },
    {
      title: 'a command that is not allowed',
      message: `bob : command not allowed ; ${WHERE}`,
      result: 'failure',
      reason: 'command not allowed',
    },
    {
      title: 'a password that was not given',
      message: `bob : a password is required ; ${WHERE}`,
      result: 'failure',
      reason: 'a password is required',
    },
    {
      title: 'a command that spells a refusal',
      message: `bob : ${WHERE} ; user NOT in sudoers ; COMMAND=x`,
      result: 'success',
      reason: 'command allowed',
    },
    {
      title: 'a command that spells another user',
      message: `bob : ${WHERE} eve : TTY=pts/1 ; COMMAND=x`,
      result: 'success',
      reason: 'command allowed',
    },
  ])('reports $title', ({ message, result, reason }) => {
    expect(parseSudoMessage(message)).toEqual({ kind: 'escalate', user: 'bob', result, reason });
  });

  test.each([
    'pam_unix(sudo:session): session opened for user root(uid=0) by bob(uid=1000)',
    'pam_unix(sudo:auth): authentication failure; logname=bob uid=1000 euid=0 tty=/dev/pts/0 ruser=bob rhost=  user=bob',
    'bob : unable to resolve host web-1 ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls',
    'bob : problem with defaults entries ; TTY=pts/0 ; PWD=/',
    'bob : (command continued) more words ; COMMAND=x',
    `pam_x(sudo:auth): failure; ruser=eve : ${WHERE}`,
    ' : TTY=pts/0 ; COMMAND=x',
    'bob',
    '',
  ])('reports no attempt in %j', (message) => {
    expect(parseSudoMessage(message)).toBeUndefined();
  });
});

test.each([String.raw`EXAMPLE\jane doe`, 'jane.doe@example.com', 'svc-1$'])(
  'the user of sudo may be called %j',
  (user) => {
    expect(parseSudoMessage(`${user} : ${WHERE}`)).toMatchObject({ user, result: 'success' });
  },
);

describe('su', () => {
  test.each([
    { message: '(to root) bob on pts/0', user: 'bob', result: 'success' },
    { message: 'FAILED SU (to root) bob on pts/0', user: 'bob', result: 'failure' },
    { message: '(to root) bob on none', user: 'bob', result: 'success' },
    { message: 'Successful su for root by bob', user: 'bob', result: 'success' },
    { message: 'FAILED su for root by bob', user: 'bob', result: 'failure' },
    { message: 'FAILED su for x by eve by bob', user: 'bob', result: 'failure' },
    { message: '+ /dev/pts/0 bob:root', user: 'bob', result: 'success' },
    { message: '- /dev/pts/0 bob:root', user: 'bob', result: 'failure' },
    { message: '- none bob:x:y', user: 'bob', result: 'failure' },
  ])('reports $message', ({ message, user, result }) => {
    expect(parseSuMessage(message)).toMatchObject({ kind: 'escalate', user, result });
  });

  test.each([
    '+ /dev/pts/0 :root',
    '- /dev/pts/0 bob',
    '-/dev/pts/0 bob:root',
    'pam_unix(su:session): session opened for user root(uid=0) by bob(uid=1000)',
    'FAILED SU (to root',
    '(to root) on',
    'FAILED su for root by ',
    'Successful su for root',
    '',
  ])('reports no attempt in %j', (message) => {
    expect(parseSuMessage(message)).toBeUndefined();
  });
});
