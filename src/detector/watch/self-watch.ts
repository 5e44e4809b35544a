/** Watches the way of the records, from the agents to the destinations, and says what is wrong with it. */
import { rulesReading } from '../../alert/rule-sources';
import type { WatchFinding } from '../../alert/watch-finding';
import { DETECTOR_OUTPUT_ID, type DetectorSettings, type WatchSettings } from '../../contract/detector-config';
import { EVENT_SOURCES, type EventSource } from '../../contract/event';
import type { Canary } from '../../event/canary';
import type { CheckedRule } from '../../rule';
import { AuditWatch } from './audit-watch';
import {
  judgeCanaries,
  type CanaryJudgement,
  type CanaryQuestion,
  nothingArrives,
  type SilentHop,
  stateOf,
} from './canary-judgement';
import { CanaryMemory, type KnownSource } from './canary-memory';
import type { OutputState } from './output-state';
import { destinationOf, type KnownDrops, type OutputQuestion, OutputWatch } from './output-watch';
import { NOTHING_WATCHED, type WatchVerdict } from './verdict';

/** What outlives the process: who is there to be missed, and which losses were told. */
export interface WatchKnowledge {
  readonly sources: readonly KnownSource[];
  readonly hasAudit: boolean;
  readonly drops: KnownDrops;
}

export interface CanaryFigures {
  readonly source: EventSource;
  /** Nodes that are heard of, and those that are not. */
  readonly heard: number;
  readonly missing: number;
  /** Seconds since the canary of the node that is silent for the longest time. */
  readonly ageSeconds: number;
  /** Longest time that a node's last canary was on its way. */
  readonly delaySeconds: number;
}

export interface OutputFigures {
  readonly state: OutputState;
  /** Since when something waits and nothing is delivered. */
  readonly waitingSeconds: number;
}

export interface HopFigures {
  readonly hop: 'agents-aggregator' | 'aggregator-detector' | 'aggregator-destination';
  /** Where the hop leads: a destination's name, or the tier's. */
  readonly to: string;
  readonly isUp: boolean;
}

export interface WatchFigures {
  readonly canaries: readonly CanaryFigures[];
  readonly auditAgeSeconds: number | undefined;
  readonly outputs: readonly OutputFigures[];
  readonly hops: readonly HopFigures[];
}

/** Sources on nodes that are remembered; a cluster of 2,000 nodes has some 10,000. */
const SOURCE_LIMIT = 20_000;
/** The judgement comes every few seconds; after a longer pause the detector was not listening. */
const PAUSE_US = 60e6;

export class SelfWatch {
  private readonly canaries = new CanaryMemory(SOURCE_LIMIT);
  private readonly audit = new AuditWatch();
  private readonly outputs = new OutputWatch();
  private listeningSinceUs: number | undefined;
  private judgedUs = 0;
  private blind = new Map<string, readonly string[]>();
  private blindOf: readonly CheckedRule[] = [];

  /** `settings` and `rules`: as they are now. */
  public constructor(
    private readonly settings: () => DetectorSettings,
    private readonly rules: () => readonly CheckedRule[],
  ) {}

  /** Canaries that were forgotten for want of room. */
  public get evictions(): number {
    return this.canaries.evictions;
  }

  public get knowledge(): WatchKnowledge {
    return { sources: this.canaries.known(), hasAudit: this.audit.isKnown, drops: this.outputs.knownDrops };
  }

  /** Changes when there is something to write down. */
  public get knowledgeVersion(): string {
    return JSON.stringify([this.canaries.version, this.audit.isKnown, this.outputs.knownDrops]);
  }

  /** What an earlier process knew counts as heard of now, so that a start raises no alert. */
  public restore({ sources, hasAudit, drops }: WatchKnowledge, nowUs: number): void {
    this.canaries.restore(sources, nowUs);
    if (hasAudit) this.audit.expect(nowUs);
    this.outputs.restore(drops);
  }

  public hearCanary(canary: Canary, receivedUs: number): void {
    this.canaries.hear(canary, receivedUs);
    if (canary.source === 'kubernetes-audit') this.audit.expect(receivedUs);
  }

  public seeAuditEvent(receivedUs: number): void {
    this.audit.see(receivedUs);
  }

  /** Undefined: Fluentd did not answer. */
  public seeOutputs(states: readonly OutputState[] | undefined, nowUs: number): void {
    this.outputs.observe(states, nowUs);
  }

  /** What is wrong at `nowUs`. Asked every few seconds; drops are told once. */
  public judge(nowUs: number, isOpen: (fingerprint: string) => boolean): WatchVerdict {
    this.listen(nowUs);
    const { watch } = this.settings();
    if (watch === undefined) return NOTHING_WATCHED;
    const question = this.canaryQuestion(watch, nowUs, isOpen);
    const outputs = outputQuestion(question);
    const canaries = this.judgeHops(question, outputs);
    for (const heard of canaries.gone) this.canaries.forget(heard);
    // Where its canaries are missing too, their alert says why no audit event comes.
    const isCovered = canaries.undecided === 'all' || this.isAuditMissing(question);
    const isAnswering = this.outputs.isAnswering === true;
    return {
      wrong: [
        ...canaries.wrong,
        ...(isCovered ? [] : this.judgeAudit(question)),
        ...(isAnswering ? this.outputs.stalled(outputs) : []),
      ],
      isUndecided: (rule, fingerprint) => {
        const listens = (seconds: number): boolean => nowUs - question.listeningSinceUs > seconds * 1e6;
        switch (rule) {
          case 'siem-canary-missing':
            if (canaries.givenUp.has(fingerprint)) return false;
            if (!listens(watch.missingAfterSeconds) || canaries.undecided === 'all') return true;
            return canaries.undecided.has(fingerprint);
          case 'siem-audit-silent':
            return isCovered || !listens(watch.auditSilentAfterSeconds);
          case 'siem-destination-stalled':
            return !isAnswering || !listens(watch.missingAfterSeconds);
          case 'siem-records-dropped':
            return false;
        }
      },
      happened: this.outputs.takeDrops(outputs),
      givenUp: canaries.givenUp,
    };
  }

  public figures(nowUs: number): WatchFigures {
    const { watch, cluster } = this.settings();
    const missingAfterSeconds = watch?.missingAfterSeconds ?? Infinity;
    const outputs = { nowUs, cluster, missingAfterSeconds };
    const canaries = EVENT_SOURCES.flatMap((source) => this.figuresOf(source, nowUs, missingAfterSeconds));
    const watched = this.outputs.all.map(({ state, waitingSinceUs = nowUs }) => {
      return { state, waitingSeconds: Math.max(0, nowUs - waitingSinceUs) / 1e6 };
    });
    const hops = this.hopsOf(canaries, outputs);
    return { canaries, auditAgeSeconds: this.audit.ageSeconds(nowUs), outputs: watched, hops };
  }

  private hopsOf(canaries: readonly CanaryFigures[], outputs: OutputQuestion): HopFigures[] {
    const stalled = new Set(this.outputs.stalled(outputs).map(({ key }) => key[0]));
    const { isAnswering } = this.outputs;
    const hops: HopFigures[] = [];
    if (canaries.length > 0) {
      hops.push({ hop: 'agents-aggregator', to: 'aggregator', isUp: canaries.some(({ heard }) => heard > 0) });
    }
    if (isAnswering !== undefined) {
      const isUp = isAnswering && !this.outputs.detectorBacklog(outputs).hasLasted;
      hops.push({ hop: 'aggregator-detector', to: 'detector', isUp });
    }
    for (const { state } of this.outputs.all) {
      if (state.id === DETECTOR_OUTPUT_ID) continue;
      hops.push({ hop: 'aggregator-destination', to: destinationOf(state.id), isUp: !stalled.has(state.id) });
    }
    return hops;
  }

  private figuresOf(source: EventSource, nowUs: number, missingAfterSeconds: number): CanaryFigures[] {
    const all = this.canaries.all().filter((heard) => heard.source === source);
    if (all.length === 0) return [];
    const ages = all.map(({ receivedUs }) => Math.max(0, nowUs - receivedUs) / 1e6);
    const missing = ages.filter((age) => age > missingAfterSeconds).length;
    const delaySeconds = Math.max(...all.map(({ delayUs }) => delayUs)) / 1e6;
    return [{ source, heard: all.length - missing, missing, ageSeconds: Math.max(...ages), delaySeconds }];
  }

  /** A pause, as of a machine that was asleep, or a clock that was put back, is a new start. */
  private listen(nowUs: number): void {
    const pauseUs = nowUs - this.judgedUs;
    if (this.listeningSinceUs === undefined || pauseUs > PAUSE_US || pauseUs < 0) this.listeningSinceUs = nowUs;
    this.judgedUs = nowUs;
  }

  private canaryQuestion(watch: WatchSettings, nowUs: number, isOpen: (print: string) => boolean): CanaryQuestion {
    return {
      heard: this.canaries.all(),
      nowUs,
      listeningSinceUs: this.listeningSinceUs ?? nowUs,
      cluster: this.settings().cluster,
      settings: watch,
      isOpen,
      blindRules: (sources) => this.blindRules(sources),
      hop: 'agents → aggregator',
    };
  }

  /** Where nothing arrives and the aggregator's own state shows the place, that is the hop. */
  private judgeHops(question: CanaryQuestion, outputs: OutputQuestion): CanaryJudgement {
    const backlog = this.outputs.detectorBacklog(outputs);
    const isSilent = this.outputs.isSilent(outputs);
    const hop: SilentHop | undefined = isSilent ? 'aggregator' : backlog.waits ? 'aggregator → detector' : undefined;
    const judgement = judgeCanaries({ ...question, hop: hop ?? question.hop });
    const mayBeAll = judgement.undecided === 'all' || question.heard.length === 0;
    if (hop === undefined || !mayBeAll || !(isSilent || backlog.hasLasted)) return judgement;
    return { ...judgement, wrong: [nothingArrives({ ...question, hop })], undecided: 'all' };
  }

  private judgeAudit({ nowUs, listeningSinceUs, cluster, settings, blindRules }: CanaryQuestion): WatchFinding[] {
    return this.audit.judge({
      nowUs,
      listeningSinceUs,
      cluster,
      silentAfterSeconds: settings.auditSilentAfterSeconds,
      blindRules: blindRules(new Set(['kubernetes-audit'])),
    });
  }

  /** The canaries of every audit log are missing or late. */
  private isAuditMissing(question: CanaryQuestion): boolean {
    const heard = question.heard.filter(({ source }) => source === 'kubernetes-audit');
    return heard.length > 0 && heard.every((each) => stateOf(each, question) !== 'fresh');
  }

  /** Worked out anew when the rules change. */
  private blindRules(sources: ReadonlySet<EventSource>): readonly string[] {
    const rules = this.rules();
    if (rules !== this.blindOf) this.blind = new Map();
    this.blindOf = rules;
    const key = [...sources].sort().join(' ');
    const known = this.blind.get(key) ?? rulesReading(rules, sources);
    this.blind.set(key, known);
    return known;
  }
}

function outputQuestion({ nowUs, cluster, settings }: CanaryQuestion): OutputQuestion {
  return { nowUs, cluster, missingAfterSeconds: settings.missingAfterSeconds };
}
