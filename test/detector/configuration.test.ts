import * as fs from 'node:fs';
import * as path from 'node:path';
import { SETTINGS_FILE } from '../../src/contract/detector-config';
import { ShiftedClock } from './support/clocks';
import { Receiver } from './support/receiver';
import { escalation, failedLogins } from './support/records';
import { filesOf, RULES, Running, writeSettings } from './support/running';

const ONE_RULE = `rules:
- name: Any Failure
  condition: event.result == "failure"
`;

/** Mounts `files` as a ConfigMap: names are links into `..data`, which is a link to a directory that is swapped. */
function mount(directory: string, version: string, files: Readonly<Record<string, string>>): void {
  fs.mkdirSync(path.join(directory, `..${version}`));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(directory, `..${version}`, name), text);
  const [link, next] = [path.join(directory, '..data'), path.join(directory, '..data_tmp')];
  fs.symlinkSync(`..${version}`, next);
  fs.renameSync(next, link);
  for (const name of Object.keys(files)) {
    const visible = path.join(directory, name);
    if (!fs.existsSync(visible)) fs.symlinkSync(path.join('..data', name), visible);
  }
}

function rulesLoaded(running: Running): unknown[] {
  return running.logged('rules loaded').map(({ rules }) => rules);
}

describe('rules', () => {
  test('are taken into use when a plain file is written', async () => {
    const running = await Running.start();
    fs.writeFileSync(path.join(running.files.rulesDir, 'more.yml'), ONE_RULE);
    await running.until(() => rulesLoaded(running).length === 2);
    expect(rulesLoaded(running)).toEqual([2, 3]);
    await running.deliver('c1', failedLogins(1));
    await running.until(() => running.logged('alert firing').length === 1);
  });

  test('are taken into use when a mounted ConfigMap is swapped', async () => {
    const files = filesOf();
    fs.rmSync(path.join(files.rulesDir, 'rules.yaml'));
    mount(files.rulesDir, '2026_01', { 'rules.yaml': RULES });
    const running = await Running.startOn(files, { timing: { pollMs: 60_000 } });
    expect(rulesLoaded(running)).toEqual([2]);
    mount(files.rulesDir, '2026_02', { 'rules.yaml': ONE_RULE });
    fs.rmSync(path.join(files.rulesDir, '..2026_01'), { recursive: true });
    await running.until(() => rulesLoaded(running).length === 2);
    expect(rulesLoaded(running)).toEqual([2, 1]);
    expect(running.logged('cannot read the configuration; what runs stays')).toEqual([]);
  });

  test('that are bad leave the old ones running, and the log says why, with the place and the remedy', async () => {
    const running = await Running.start();
    const file = path.join(running.files.rulesDir, 'rules.yaml');
    fs.writeFileSync(file, RULES.replace('event.result', 'event.reslt'));
    await running.until(() => running.logged('the rules before stay in force').length === 1);
    const [shown] = running.log.filter(({ part, code }) => part === 'rules' && code !== undefined);
    expect(shown?.['level']).toBe('error');
    expect(shown?.['diagnostic']).toMatch(/^rules\.yaml:7:5: R\d{3}: /);
    expect(shown?.['diagnostic']).toContain("did you mean 'event.result'?");
    expect(await running.metric('siem_config_reloads_total{part="rules",result="refused"}')).toBe(1);
    expect(await running.metric('siem_config_current{part="rules"}')).toBe(0);
    expect(await running.metric('siem_rules_loaded')).toBe(2);
    await running.deliver('c1', [escalation(), ...failedLogins(6)]);
    await running.until(() => running.logged('alert firing').length === 2);

    fs.writeFileSync(file, ONE_RULE);
    await running.until(async () => (await running.metric('siem_config_current{part="rules"}')) === 1);
    expect(await running.metric('siem_rules_loaded')).toBe(1);
  });

  test('change without emptying the windows', async () => {
    const running = await Running.start();
    await running.deliver('c1', failedLogins(5));
    fs.writeFileSync(path.join(running.files.rulesDir, 'rules.yaml'), RULES.replace('> 5', '>= 6'));
    await running.until(() => rulesLoaded(running).length === 2);
    await running.deliver('c2', failedLogins(1, '203.0.113.7', 1));
    await running.until(() => running.logged('alert firing').length === 1);
  });

  test('that are bad at the start are left out, and the good ones run', async () => {
    const running = await Running.startOn(filesOf({}, RULES.replace('event.result', 'event.reslt')));
    expect(running.logged('in force are the rules without errors')).toHaveLength(1);
    expect(rulesLoaded(running)).toEqual([1]);
    expect((await running.admin('/readyz')).status).toBe(200);
    await running.deliver('c1', [escalation()]);
    await running.until(() => running.logged('alert firing').length === 1);
  });

  test('that are not mounted yet are taken into use once they are', async () => {
    const files = filesOf();
    fs.renameSync(files.rulesDir, `${files.rulesDir}-later`);
    const running = await Running.startOn(files);
    expect((await running.admin('/readyz')).text).toBe('missing: rules\n');
    fs.renameSync(`${files.rulesDir}-later`, files.rulesDir);
    await running.until(async () => (await running.admin('/readyz')).status === 200);
    // The directory is watched from then on.
    fs.writeFileSync(path.join(files.rulesDir, 'more.yaml'), ONE_RULE);
    await running.until(() => rulesLoaded(running).length === 2);
  });

  test('are read once where only other files or times change', async () => {
    const running = await Running.start();
    const { rulesDir } = running.files;
    fs.writeFileSync(path.join(rulesDir, 'README.md'), 'not a rule');
    fs.writeFileSync(path.join(rulesDir, '.rules.yaml.swp'), 'an editor at work');
    fs.utimesSync(path.join(rulesDir, 'rules.yaml'), 1, 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(rulesLoaded(running)).toEqual([2]);
  });
});

describe('settings', () => {
  test('bring a webhook in and take it away while alerts are on their way', async () => {
    const [first, second] = [await Receiver.start(503), await Receiver.start(200)];
    const running = await Running.start({ webhooks: [{ name: 'first', url: first.url().href }] });
    await running.deliver('c1', [escalation()]);
    await first.until(1);
    writeSettings(running.files, { webhooks: [{ name: 'second', url: second.url().href }] });
    await running.until(() => running.logged('settings loaded').length === 1);
    expect(running.logged('receiver is no longer configured; what waited for it is given up')).toMatchObject([
      { receiver: 'webhook/first', alerts: 1 },
    ]);
    await running.deliver('c2', [escalation('other', 'eve')]);
    await second.until(1);
    expect(second.alerts.map(({ user }) => user)).toEqual(['eve']);
  });

  test('that are bad leave the old ones running, and the log says why', async () => {
    const pager = await Receiver.start(200);
    const running = await Running.start({ webhooks: [{ name: 'pager', url: pager.url().href }] });
    writeSettings(running.files, { webhooks: [{ name: 'pager', url: 'ftp://203.0.113.1/' }] });
    await running.until(() => running.logged('the settings before stay in force').length === 1);
    fs.writeFileSync(path.join(running.files.settingsDir, SETTINGS_FILE), '{"version": 1,');
    await running.until(() => running.logged('the settings before stay in force').length === 2);
    const shown = running.log.filter(({ part, code }) => part === 'settings' && code !== undefined);
    expect(shown.map(({ code }) => code)).toEqual(['C103', 'C102']);
    expect(await running.metric('siem_config_current{part="settings"}')).toBe(0);
    await running.deliver('c1', [escalation()]);
    await pager.until(1);
  });

  test('other than the window keep the window', async () => {
    const running = await Running.start();
    await running.deliver('c1', failedLogins(5));
    writeSettings(running.files, { cluster: 'renamed', resolveAfterSeconds: 60 });
    await running.until(() => running.logged('settings loaded').length === 1);
    expect(running.logged('settings loaded')).toMatchObject([{ areWindowsNew: false }]);
    await running.deliver('c2', failedLogins(1, '203.0.113.7', 1));
    await running.until(() => running.logged('alert firing').length === 1);
  });

  test('with another window start it anew, and say so', async () => {
    const running = await Running.start();
    await running.deliver('c1', failedLogins(5));
    writeSettings(running.files, { failureWindowSeconds: 60 });
    await running.until(() => running.logged('settings loaded').length === 1);
    expect(running.logged('settings loaded')).toMatchObject([{ areWindowsNew: true }]);
    await running.deliver('c2', failedLogins(1, '203.0.113.7', 1));
    expect(await running.metric('siem_engine_findings_total')).toBe(0);
  });

  test('with a shorter time to resolve count for the alerts that are open', async () => {
    const clock = new ShiftedClock();
    const running = await Running.start({}, { clock, timing: { tickMs: 10 } });
    await running.deliver('c1', [escalation()]);
    writeSettings(running.files, { resolveAfterSeconds: 60 });
    await running.until(() => running.logged('settings loaded').length === 1);
    clock.advance(61_000);
    await running.until(() => running.logged('alert resolved').length === 1);
  });

  test('with other listeners say that they count from the next start', async () => {
    const running = await Running.start();
    const local = { host: '127.0.0.1', port: 1 };
    writeSettings(running.files, { listeners: { ingest: local, admin: local } });
    await running.until(
      () => running.logged('changed listeners take effect when the detector starts again').length === 1,
    );
    expect((await running.deliver('c1', [escalation()])).status).toBe(200);
  });
});
