/** Cloud Storage: Google's client by Workload Identity, against a server of ours that speaks its resumable uploads. */
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { GcsDestination } from '../../src/constructs/destinations/gcs';
import { proveDelivery } from './support/delivery';
import { stopFluentds } from './support/fluentd';
import { removeTemporaryFolders, temporaryFolder } from './support/temporary';
import { waitFor } from './support/wait';

const TOKEN = 'ya29.a-token-of-the-node';

/** A bucket that is only written to: an object that is there is refused, as `ifGenerationMatch=0` asks. */
class Storage {
  public readonly objects = new Map<string, string>();
  /** Uploads that found their object there already. */
  public repeated = 0;
  /** Answers that are lost after the object was stored. */
  public lostAnswers = 0;
  private server: http.Server | undefined;
  private port = 0;

  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  public async open(): Promise<void> {
    const server = http.createServer((request, response) => {
      const body: Buffer[] = [];
      request.on('data', (data: Buffer) => body.push(data));
      request.on('end', () => {
        const [status, text, headers] = this.answer(request, Buffer.concat(body));
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  public async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  public records(): Record<string, unknown>[] {
    const lines = [...this.objects.values()].flatMap((text) => text.trimEnd().split('\n'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  private answer(request: http.IncomingMessage, body: Buffer): [number, string, Record<string, string>?] {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const name = searchParams.get('name') ?? '';
    if (pathname === '/upload/storage/v1/b/archive/o' && request.method === 'POST') {
      if (request.headers.authorization !== `Bearer ${TOKEN}`) return [401, '{"error":{"code":401,"message":"no"}}'];
      if (searchParams.get('ifGenerationMatch') !== '0') return [400, '{"error":{"code":400,"message":"not once"}}'];
      if (!this.objects.has(name))
        return [200, '', { location: `${this.url}/session?name=${encodeURIComponent(name)}` }];
      this.repeated += 1;
      return [412, '{"error":{"code":412,"message":"there already"}}'];
    }
    // Who has the address of a session may upload.
    if (pathname !== '/session' || request.method !== 'PUT') return [404, '{"error":{"code":404,"message":"what"}}'];
    this.objects.set(name, gunzipSync(body).toString('utf8'));
    if (this.lostAnswers > 0) {
      this.lostAnswers -= 1;
      return [503, '{"error":{"code":503,"message":"try again"}}'];
    }
    return [200, JSON.stringify({ kind: 'storage#object', name, bucket: 'archive' })];
  }
}

/** What GKE puts before a pod: tokens of its service account. */
async function startMetadata(token: string): Promise<{ host: string; close: () => void }> {
  const answers: Readonly<Record<string, string>> = {
    '/computeMetadata/v1/instance/service-accounts/default/token': JSON.stringify({
      access_token: token,
      expires_in: 3600,
      token_type: 'Bearer',
    }),
    '/computeMetadata/v1/project/project-id': 'example-project',
    '/': 'computeMetadata/',
  };
  const server = http.createServer((request, response) => {
    const text = answers[(request.url ?? '').replace(/\?.*/, '')];
    const type = text?.startsWith('{') === true ? 'application/json' : 'application/text';
    response.writeHead(text === undefined ? 404 : 200, { 'metadata-flavor': 'Google', 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

afterEach(stopFluentds);
afterAll(removeTemporaryFolders);

test('a bucket gets every record as it was, over a refused token, an outage and a lost answer, each object once', async () => {
  const storage = new Storage();
  await storage.open();
  const [good, bad] = [await startMetadata(TOKEN), await startMetadata('ya29.a-stale-token')];
  // Google's library asks for tokens only where it believes to be at Google's; this is how Cloud Run looks to it.
  const google = { K_SERVICE: 'siem', K_REVISION: 'siem-1', K_CONFIGURATION: 'siem' };
  const environment = (host: string) => ({ ...google, GCE_METADATA_HOST: host });
  const places = { 'timekey 60': 'timekey 1', 'timekey_wait 30': 'timekey_wait 0' };
  try {
    const result = await proveDelivery({
      destination: new GcsDestination({
        bucket: 'archive',
        endpoint: 'https://storage.example.com',
        objectSeconds: 60,
      }),
      dir: temporaryFolder(),
      setup: { parameters: { endpoint: storage.url }, environment: environment(good.host), places },
      refused: { parameters: { endpoint: storage.url }, environment: environment(bad.host), places },
      secrets: [TOKEN, 'ya29.a-stale-token'],
      received: () => Promise.resolve(storage.records()),
      stopReceiver: () => storage.close(),
      startReceiver: () => storage.open(),
    });
    expect(result).toMatchObject({ sent: 80, distinct: 80, arrivals: 80 });
    const day = new Date().toISOString().slice(0, 10);
    for (const name of storage.objects.keys()) {
      expect(name).toMatch(new RegExp(`^siem/dt=${day}/hour=\\d\\d/\\w{32}\\.json\\.gz$`));
    }
    storage.lostAnswers = 3;
    await result.last.send([{ n: 1000, lastTime: new Date().toISOString() }]);
    await waitFor('the repetition', () => storage.repeated > 0);
    await waitFor('an empty buffer', async () => {
      const plugins = (await (await fetch(result.last.monitorUrl)).json()) as { plugins: object[] };
      return plugins.plugins.some((plugin) => isEmpty(plugin as Plugin));
    });
    expect(storage.records().filter(({ n }) => n === 1000)).toHaveLength(1);
  } finally {
    await storage.close();
    [good, bad].forEach((server) => {
      server.close();
    });
  }
});

interface Plugin {
  readonly plugin_id: string;
  readonly buffer_total_queued_size?: number;
}

const isEmpty = ({ plugin_id: id, buffer_total_queued_size: size }: Plugin) => id === 'out_gcs' && size === 0;
