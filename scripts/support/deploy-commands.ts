/** The shell commands that make the Secrets which synthesized manifests mount and do not make themselves. */
import type { Manifest } from './synthesized';

/** A Secret that somebody has to make. */
export interface WantedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

interface MountedKey {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

interface SecretItems {
  readonly name: string;
  readonly items?: readonly { readonly key: string }[];
}

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly projected?: { readonly sources: readonly { readonly secret?: SecretItems }[] };
}

interface Workload extends Manifest {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly volumes: readonly Volume[];
        readonly containers: readonly {
          readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
        }[];
      };
    };
  };
}

/** Objects from which an operator makes a Secret, or which are one. */
interface SecretMaker extends Manifest {
  readonly spec?: { readonly secretName?: string; readonly target?: { readonly name?: string } };
}

const SHARED_KEY = 'shared-key';
const COMPONENT_LABEL = 'siem.cdk8s.io/component';
const NEW_KEY = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';

/** The Secrets that pods mount and nothing in the manifests makes, sorted. */
export function wantedSecrets(manifests: readonly Manifest[]): WantedSecret[] {
  const keys = new Map<string, Set<string>>();
  for (const { namespace, name, key } of manifests.filter(isWorkload).flatMap((pods) => mountedKeys(pods, manifests))) {
    const place = `${namespace}/${name}`;
    keys.set(place, (keys.get(place) ?? new Set()).add(key));
  }
  const made = new Set(manifests.flatMap(secretsMadeBy));
  return [...keys]
    .filter(([place]) => !made.has(place))
    .map(([place, found]) => {
      const [namespace = '', name = ''] = place.split('/');
      return { namespace, name, keys: [...found].sort() };
    })
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
}

/** From a `dist/` in the working directory to a running stack; every line can be read before it is run. */
export function deployCommands(manifests: readonly Manifest[]): string {
  const wanted = wantedSecrets(manifests);
  const isTls = ({ name, keys }: WantedSecret): boolean => name.endsWith('-forward-tls') && keys.includes('tls.key');
  const isShared = ({ keys }: WantedSecret): boolean => keys.includes(SHARED_KEY);
  const paragraphs = [
    namespaceCommands(manifests),
    ...wanted.filter((secret) => !isTls(secret) && !isShared(secret)).map(credentialCommands),
    transportCommands(wanted.filter(isTls), wanted.filter(isShared), manifests),
    ['# Everything else.', 'kubectl apply -f dist/'],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function namespaceCommands(manifests: readonly Manifest[]): string[] {
  const components = manifests
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => metadata.labels?.[COMPONENT_LABEL] ?? '');
  if (components.length === 0) return [];
  const selector = `${COMPONENT_LABEL} in (${components.sort().join(', ')})`;
  return ['# The namespaces, with their Pod Security levels.', `kubectl apply -f dist/ -l '${selector}'`];
}

/** In a directory outside the repository, where no key can be committed. */
function transportCommands(
  tls: readonly WantedSecret[],
  shared: readonly WantedSecret[],
  manifests: readonly Manifest[],
): string[] {
  if (tls.length + shared.length === 0) return [];
  return [
    '# Transport between agents and aggregator. Keep ca.key safe or delete it: it decides who may deliver.',
    'cd "$(mktemp -d)" && pwd',
    ...tlsCommands(tls, manifests),
    ...sharedKeyCommands(shared),
    'cd -',
  ];
}

/** Whoever serves gets the name that agents ask for; all others may only be clients. */
function tlsCommands(secrets: readonly WantedSecret[], manifests: readonly Manifest[]): string[] {
  if (secrets.length === 0) return [];
  const hosts = forwardHosts(manifests);
  return [
    `openssl req -x509 ${NEW_KEY} -days 3650 -subj /CN=siem-forward-ca \\`,
    '  -keyout ca.key -out ca.crt',
    ...secrets.flatMap(({ namespace, name }) => [
      `printf '${extensions(hosts, namespace)}\\n' > ${namespace}.ext`,
      `openssl req ${NEW_KEY} -subj /CN=${namespace} \\`,
      `  -keyout ${namespace}.key -out ${namespace}.csr`,
      `openssl x509 -req -in ${namespace}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 730 \\`,
      `  -extfile ${namespace}.ext -out ${namespace}.crt`,
      `kubectl -n ${namespace} create secret generic ${name} --from-file=ca.crt \\`,
      `  --from-file=tls.crt=${namespace}.crt --from-file=tls.key=${namespace}.key`,
    ]),
  ];
}

function extensions(hosts: readonly string[], namespace: string): string {
  const isServer = hosts.some((host) => host.includes(`.${namespace}.svc`));
  if (!isServer) return 'extendedKeyUsage=clientAuth';
  return `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}\\nextendedKeyUsage=serverAuth`;
}

function sharedKeyCommands(secrets: readonly WantedSecret[]): string[] {
  if (secrets.length === 0) return [];
  return [
    `openssl rand -hex 32 > ${SHARED_KEY}`,
    ...secrets.map(
      ({ namespace, name }) => `kubectl -n ${namespace} create secret generic ${name} --from-file=${SHARED_KEY}`,
    ),
  ];
}

function credentialCommands({ namespace, name, keys }: WantedSecret): string[] {
  const create = `kubectl -n ${namespace} create secret generic ${name}`;
  const [key = '', ...others] = keys;
  if (others.length > 0) {
    return [`# From the files ${keys.join(', ')}.`, `${create} ${keys.map((file) => `--from-file=${file}`).join(' ')}`];
  }
  return [
    '# A credential, from an environment variable: it stands in no argument and no history.',
    `printf %s "$${variableName(name, key)}" | ${create} --from-file=${key}=/dev/stdin`,
  ];
}

/** Of the Secret and its key, without saying twice what they share: `siem-api` and `api-key` give `SIEM_API_KEY`. */
function variableName(name: string, key: string): string {
  const words = name.split(/[-.]/);
  const [first, ...rest] = key.split(/[-._]/);
  return [...words, ...(words.at(-1) === first ? [] : [first]), ...rest].join('_').toUpperCase();
}

function isWorkload(manifest: Manifest): manifest is Workload {
  return ['DaemonSet', 'Deployment'].includes(manifest.kind);
}

function mountedKeys({ metadata, spec }: Workload, manifests: readonly Manifest[]): MountedKey[] {
  const { namespace = '' } = metadata;
  const { volumes, containers } = spec.template.spec;
  const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts ?? []);
  return volumes.flatMap((volume) => {
    const named = (volume.projected?.sources ?? []).flatMap(({ secret }) =>
      (secret?.items ?? []).map(({ key }) => ({ namespace, name: secret?.name ?? '', key })),
    );
    const { secret } = volume;
    if (secret === undefined) return named;
    const folders = mounts.filter(({ name }) => name === volume.name).map(({ mountPath }) => mountPath);
    const files = folders.flatMap((folder) => filesRead(folder, namespace, manifests));
    return [...named, ...files.map((key) => ({ namespace, name: secret.secretName, key }))];
  });
}

/** The files of a folder that a configuration in the namespace names: a whole Secret is mounted, and these are its keys. */
function filesRead(folder: string, namespace: string, manifests: readonly Manifest[]): string[] {
  const texts = manifests
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.namespace === namespace)
    .flatMap(({ data }) => Object.values(data ?? {}));
  return texts.flatMap((text) => text.split(`${folder}/`).slice(1)).map((rest) => /^[\w.-]*/.exec(rest)?.[0] ?? '');
}

function secretsMadeBy({ kind, metadata, spec }: SecretMaker): string[] {
  const place = (name: string): string => `${metadata.namespace ?? ''}/${name}`;
  if (kind === 'Secret') return [place(metadata.name)];
  if (kind === 'Certificate') return [place(spec?.secretName ?? '')];
  return kind === 'ExternalSecret' ? [place(spec?.target?.name ?? metadata.name)] : [];
}

/** The aggregator's host names, as the agents' configuration has them: with a standby there are two. */
function forwardHosts(manifests: readonly Manifest[]): string[] {
  const texts = manifests.flatMap(({ data }) => Object.values(data ?? {}));
  const servers = texts.flatMap((text) => [...text.matchAll(/<server>[^<]*?\bhost (\S+)/g)]);
  const hosts = [...new Set(servers.map(([, host = '']) => host))];
  if (hosts.length === 0) throw new Error('no configuration in the manifests names the host of the aggregator');
  return hosts;
}
