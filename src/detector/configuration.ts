/** What runs follows what is mounted: rules and settings, each reloaded by itself, neither ever replaced by a bad one. */
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type DetectorSettings, SETTINGS_FILE } from '../contract/detector-config';
import { type Diagnostic, hasErrors, loadRules, renderDiagnostic } from '../rule';
import { ConfigWatcher } from './config-watcher';
import type { Dispatcher } from './delivery/dispatcher';
import type { Intake } from './intake';
import type { Mounted } from './mounted-files';
import type { Notifier } from './notify/notifier';
import { parseSettings } from './settings';
import type { Telemetry } from './telemetry';
import type { Timing } from './timing';

export interface ConfigurationOptions {
  readonly settingsDir: string;
  readonly rulesDir: string;
  /** The settings that the process started with. */
  readonly settings: DetectorSettings;
  readonly intake: Intake;
  readonly dispatcher: Dispatcher;
  readonly notifiersOf: (settings: DetectorSettings) => readonly Notifier[];
  readonly timing: Timing;
  readonly telemetry: Telemetry;
}

const SHOWN_DIAGNOSTICS = 20;

export class Configuration {
  private current: DetectorSettings;
  private areRulesLoaded = false;
  private readonly watchers: readonly ConfigWatcher[];

  public constructor(private readonly options: ConfigurationOptions) {
    this.current = options.settings;
    const { settingsDir, rulesDir, timing, telemetry } = options;
    this.watchers = [
      new ConfigWatcher({
        part: 'rules',
        directory: rulesDir,
        isWanted: (name) => /\.ya?ml$/.test(name),
        apply: (mounted) => this.applyRules(mounted),
        timing,
        telemetry,
      }),
      new ConfigWatcher({
        part: 'settings',
        directory: settingsDir,
        isWanted: (name) => name === SETTINGS_FILE,
        apply: (mounted) => this.applySettings(mounted),
        timing,
        telemetry,
      }),
    ];
  }

  public get settings(): DetectorSettings {
    return this.current;
  }

  /** A rule set is in force, be it without rules; false while every rule there is has an error. */
  public get hasRules(): boolean {
    return this.areRulesLoaded;
  }

  public async start(): Promise<void> {
    for (const watcher of this.watchers) await watcher.start();
  }

  public async stop(): Promise<void> {
    for (const watcher of this.watchers) await watcher.stop();
  }

  /** One error refuses the whole load; at start, where there is nothing to keep, the good rules run without the bad. */
  private async applyRules({ files }: Mounted): Promise<boolean> {
    const { telemetry, intake } = this.options;
    const { ruleSet, diagnostics } = loadRules(files);
    const isGood = !hasErrors(diagnostics);
    const isApplied = isGood || !this.areRulesLoaded;
    this.show(
      'rules',
      diagnostics,
      isApplied ? 'in force are the rules without errors' : 'the rules before stay in force',
    );
    if (!isApplied) return false;
    await intake.replaceRules(ruleSet);
    this.areRulesLoaded = isGood || ruleSet.rules.length > 0;
    telemetry.metrics.rulesLoaded.set(ruleSet.rules.length);
    telemetry.log.info({ rules: ruleSet.rules.length, files: files.map((file) => file.path) }, 'rules loaded');
    return isGood;
  }

  private async applySettings({ files }: Mounted): Promise<boolean> {
    const { settingsDir, telemetry, intake, dispatcher, notifiersOf } = this.options;
    const file = path.join(settingsDir, SETTINGS_FILE);
    const result = parseSettings(file, files[0]?.text ?? '');
    if (result.kind === 'bad') {
      this.show('settings', result.diagnostics, 'the settings before stay in force');
      return false;
    }
    const before = this.current;
    const { settings } = result;
    if (isDeepStrictEqual(before, settings)) return true;
    this.current = settings;
    const areWindowsNew = await intake.reconfigure(settings);
    if (!isDeepStrictEqual([before.webhooks, before.siemUrl], [settings.webhooks, settings.siemUrl])) {
      await dispatcher.use(notifiersOf(settings));
    }
    telemetry.log.info({ areWindowsNew }, 'settings loaded');
    if (!isDeepStrictEqual(before.listeners, settings.listeners)) {
      telemetry.log.warn('changed listeners take effect when the detector starts again');
    }
    return true;
  }

  private show(part: string, diagnostics: readonly Diagnostic[], consequence: string): void {
    const { log } = this.options.telemetry;
    for (const diagnostic of diagnostics.slice(0, SHOWN_DIAGNOSTICS)) {
      const level = diagnostic.severity === 'error' ? 'error' : 'warn';
      log[level]({ part, code: diagnostic.code, diagnostic: renderDiagnostic(diagnostic) }, diagnostic.message);
    }
    if (hasErrors(diagnostics)) log.error({ part, diagnostics: diagnostics.length }, consequence);
  }
}
