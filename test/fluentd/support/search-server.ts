/** A small server that takes bulk requests as Elasticsearch and OpenSearch do, and keeps the documents. */
import type { Certificates } from './certificates';
import { startReceiver } from './receiver';
import type { Answer, ReceivedRequest, Receiver } from './receiver';

export interface SearchServer {
  readonly receiver: Receiver;
  /** Index and document of each id. */
  readonly documents: ReadonlyMap<string, { readonly index: string; readonly document: Record<string, unknown> }>;
  /** Answers the further bulk requests; `taken` says whether the documents are kept. */
  readonly behave: (behaviour: Behaviour) => void;
}

export interface Behaviour {
  /** Answer of the whole request. */
  readonly status?: number;
  /** Keeps the documents although the answer says otherwise. */
  readonly keepsAnyway?: boolean;
  /** Documents that are refused with 429 inside an answer that is 200. */
  readonly refuses?: (document: Record<string, unknown>) => boolean;
}

interface Item {
  readonly index: string;
  readonly id: string;
  readonly document: Record<string, unknown>;
}

const HEADERS = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' };

/** What the server says of itself; both clients ask before their first delivery and refuse the other one's. */
const ABOUT = {
  elasticsearch: { version: { number: '8.19.3' }, tagline: 'You Know, for Search' },
  opensearch: { version: { number: '2.19.1', distribution: 'opensearch' } },
};

export async function startSearchServer(product: keyof typeof ABOUT, tls?: Certificates): Promise<SearchServer> {
  const receiver = await startReceiver(0, tls);
  const documents = new Map<string, { index: string; document: Record<string, unknown> }>();
  let behaviour: Behaviour = {};
  const keep = (items: readonly Item[]) => {
    for (const { id, index, document } of items) documents.set(id, { index, document });
  };
  receiver.answerWith((request) => {
    if (!request.path.endsWith('/_bulk')) return json(200, ABOUT[product]);
    const items = itemsOf(request);
    const { status = 200, keepsAnyway = false, refuses = () => false } = behaviour;
    if (status === 200 || keepsAnyway) keep(items.filter(({ document }) => !refuses(document)));
    if (status !== 200) return json(status, { error: { type: 'unavailable' }, status });
    const results = items.map(({ id, index, document }) => result(id, index, refuses(document)));
    return json(200, { took: 1, errors: items.some(({ document }) => refuses(document)), items: results });
  });
  return {
    receiver,
    documents,
    behave: (next) => {
      behaviour = next;
    },
  };
}

/** Documents without an id get one. */
let given = 0;

function itemsOf({ body }: Pick<ReceivedRequest, 'body'>): Item[] {
  const lines = body.split('\n').filter((line) => line !== '');
  return lines.flatMap((line, at) => {
    if (at % 2 === 1) return [];
    const { index } = JSON.parse(line) as { index: { _index: string; _id?: string } };
    return [
      {
        index: index._index,
        id: index._id ?? `given-${(given += 1)}`,
        document: JSON.parse(lines[at + 1] ?? '') as Record<string, unknown>,
      },
    ];
  });
}

function result(id: string, index: string, refused: boolean): object {
  if (!refused) return { index: { _index: index, _id: id, status: 201, result: 'created' } };
  const error = { type: 'es_rejected_execution_exception', reason: 'the queue is full' };
  return { index: { _index: index, _id: id, status: 429, error } };
}

function json(status: number, body: unknown): Answer {
  return { status, headers: HEADERS, body: JSON.stringify(body) };
}
