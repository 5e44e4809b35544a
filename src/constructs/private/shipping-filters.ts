/** Options about shipping → filters of the aggregator, with the key that they need as a file. */
import type { Construct } from 'constructs';
import type { ShippingFilters } from '../../model/shipping/filters';
import type { DestinationBindOptions } from '../destinations/destination';
import type { SecretReference } from '../destinations/secret-source';
import { ShippingStage } from '../destinations/shipping-options';
import type { ShippingOptions } from '../destinations/shipping-options';
import { CREDENTIAL_FOLDER } from './destination-files';
import { bindSecrets } from './destination-secret';
import { fail } from './validate';

/** No destination can have this name: names end with a letter or a digit. */
const FOLDER = 'shipping-';
const KEY = 'pseudonym-key';

export interface BoundShipping {
  readonly filters: ShippingFilters;
  readonly isBeforeDetection: boolean;
  /** The key of the pseudonyms, and its path below the folder of credentials. */
  readonly key?: { readonly reference: SecretReference; readonly path: string };
  /** What is lost, a sentence a rule. */
  readonly losses: readonly string[];
}

export function bindShipping(at: Construct, options: ShippingOptions, bind: DestinationBindOptions): BoundShipping {
  const { maxBodyLevel, redactSecrets = true, pseudonyms, noise = [], stage } = options;
  checkNoise(at, options);
  const secrets = bindSecrets(at, bind, 'shipping', { [KEY]: pseudonyms?.key });
  const reference = secrets[KEY];
  const fields = (pseudonyms?.fields ?? []).map((field) => field.split('.'));
  const isBeforeDetection = stage === ShippingStage.BEFORE_DETECTION;
  const path = `${FOLDER}/${KEY}`;
  return {
    filters: {
      ...(maxBodyLevel !== undefined && { maxBodyLevel }),
      redactSecrets,
      ...(noise.length > 0 && { noise: noise.map((rule) => rule._toNoiseRule()) }),
      ...(pseudonyms !== undefined && {
        pseudonyms: { fields, addresses: pseudonyms.addresses ?? false, keyFile: `${CREDENTIAL_FOLDER}/${path}` },
      }),
    },
    isBeforeDetection,
    ...(reference !== undefined && { key: { reference, path } }),
    losses: noise.map((rule) => `noise rule '${rule.ruleName}' loses ${rule.loses}`),
  };
}

function checkNoise(at: Construct, { noise = [], pseudonyms }: ShippingOptions): void {
  const names = noise.map(({ ruleName }) => ruleName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail(at, `two noise rules are named '${twice}'`, 'give one of them another name');
  for (const { name, keep, where } of noise.map((rule) => rule._toNoiseRule())) {
    if (!(keep >= 0 && keep < 1)) {
      fail(at, `the noise rule '${name}' keeps a share of ${keep}`, 'give a number from 0 to below 1');
    }
    if (where.length === 0) fail(at, `the noise rule '${name}' fits every record of its source`, 'give it a condition');
  }
  if (pseudonyms !== undefined && (pseudonyms.fields ?? []).length === 0 && pseudonyms.addresses !== true) {
    fail(at, 'the pseudonyms are for no field', "give 'fields', such as 'user.username', or 'addresses'");
  }
}
