import { Construct } from 'constructs';
import { hasErrors, loadRules, renderDiagnostic } from '../../rule';
import type { Diagnostic, RuleSet as CheckedRules } from '../../rule';
import type { ComponentProps } from '../component-props';
import { configMap } from '../private/artifact';
import { Component } from '../private/component';
import type { Manifest } from '../private/manifest';
import { addWarning } from '../private/warnings';
import type { RulePack } from './rule-pack';
import { shardRules } from './rule-shards';

/** Properties of `RuleSet`. */
export interface RuleSetProps extends ComponentProps {
  /** Where the rules come from. Their ids have to differ over all of them. */
  readonly packs: RulePack[];

  /**
   * Lists that rules may name, beside those in the packs.
   * @default - none
   */
  readonly lists?: { [name: string]: string[] };
}

/**
 * Publishes detection rules as ConfigMaps of canonical text, which the detector reloads when they change. What is wrong
 * with a rule stops synth, with file, line and remedy of every problem at once.
 */
export class RuleSet extends Construct {
  private readonly checked: CheckedRules;
  private readonly manifests: readonly Manifest[];

  /**
   * Loads and checks the rules, and declares their ConfigMaps.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props rules and lists
   */
  public constructor(scope: Construct, id: string, props: RuleSetProps) {
    super(scope, id);
    const { ruleSet, diagnostics } = loadRules(
      props.packs.flatMap((pack) => [...pack._toFiles()]),
      { lists: props.lists ?? {} },
    );
    this.checked = ruleSet;
    this.report(diagnostics);
    const component = new Component(this, 'rules', props);
    this.manifests = shardRules(ruleSet).map((text, index) => {
      const number = String(index).padStart(3, '0');
      return configMap(this, `Shard${number}`, {
        component,
        suffix: `-${number}`,
        data: () => ({ [`rules-${number}.yaml`]: text }),
      });
    });
  }

  /** Ids of the rules, sorted. */
  public get ruleIds(): string[] {
    return this.checked.rules.map((rule) => rule.id);
  }

  /** Names of the ConfigMaps, in the order of the shards. */
  public get configMapNames(): string[] {
    return this.manifests.map((manifest) => manifest.name);
  }

  /** @internal */
  public _toRuleSet(): CheckedRules {
    return this.checked;
  }

  private report(diagnostics: readonly Diagnostic[]): void {
    if (hasErrors(diagnostics)) {
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      this.node.addValidation({ validate: () => errors.map((error) => `\n${renderDiagnostic(error)}`) });
    }
    for (const diagnostic of diagnostics) {
      if (diagnostic.severity === 'warning') addWarning(this, `\n${renderDiagnostic(diagnostic)}`);
    }
    if (this.checked.rules.length === 0 && !hasErrors(diagnostics)) {
      addWarning(this, "there is no rule, so nothing is detected; give 'rules'");
    }
  }
}
