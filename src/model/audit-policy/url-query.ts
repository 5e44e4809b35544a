/** The query of a URL as the API server reads it. */

export type Query = ReadonlyMap<string, readonly string[]>;

/** What cannot be decoded, and what holds a semicolon, is left out. */
export function parseQuery(text: string): Query {
  const query = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const split = pair.indexOf('=');
    const key = decoded(split < 0 ? pair : pair.slice(0, split));
    const value = decoded(split < 0 ? '' : pair.slice(split + 1));
    if (key !== undefined && value !== undefined) query.set(key, [...(query.get(key) ?? []), value]);
  }
  return query;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** A switch that is there is on, unless it says otherwise. */
export function isTrue(query: Query, name: string): boolean {
  const value = query.get(name)?.[0]?.toLowerCase();
  return value !== undefined && value !== 'false' && value !== '0';
}
