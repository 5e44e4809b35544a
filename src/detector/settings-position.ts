/** Where in a JSON text a value stands: `JSON.parse` does not tell, and a diagnostic must. */

interface Frame {
  readonly isObject: boolean;
  /** Key or index of the member at hand. */
  key: string | number;
  expectsKey: boolean;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Offset of every value of a valid JSON text, by `pathKey` of its keys and indices. */
export function valueOffsets(text: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  const frames: Frame[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const top = frames.at(-1);
    if (token === '}' || token === ']') frames.pop();
    else if (token === ',') advance(top);
    else if (token === ':') {
      if (top !== undefined) top.expectsKey = false;
    } else if (top?.expectsKey === true) top.key = JSON.parse(token) as string;
    else {
      offsets.set(pathKey(frames.map(({ key }) => key)), index);
      if (token === '{') frames.push({ isObject: true, key: '', expectsKey: true });
      else if (token === '[') frames.push({ isObject: false, key: 0, expectsKey: false });
    }
  }
  return offsets;
}

/** One text for each path; the whole document has the empty path. */
export function pathKey(path: readonly (string | number)[]): string {
  return JSON.stringify(path);
}

function advance(frame: Frame | undefined): void {
  if (frame === undefined) return;
  if (frame.isObject) frame.expectsKey = true;
  else if (typeof frame.key === 'number') frame.key += 1;
}

/** Line and column, from 1, and the line itself. */
export function placeOf(text: string, offset: number): { line: number; column: number; sourceLine: string } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(0, start).split('\n').length;
  const [sourceLine = ''] = text.slice(start).split(/\r?\n/, 1);
  return { line, column: offset - start + 1, sourceLine };
}
