import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { importCrds } from '../scripts/import-crds';

const committed = path.join(__dirname, '..', 'imports');

test('imports/ is what cdk8s makes of imports/crds', () => {
  const fresh = fs.mkdtempSync(path.join(os.tmpdir(), 'siem-imports-'));
  try {
    importCrds(fresh);
    const files = fs.readdirSync(fresh).sort();
    expect(files).toEqual(fs.readdirSync(committed).filter((file) => file.endsWith('.ts')));
    for (const file of files) {
      expect(fs.readFileSync(path.join(fresh, file), 'utf8')).toBe(fs.readFileSync(path.join(committed, file), 'utf8'));
    }
  } finally {
    fs.rmSync(fresh, { recursive: true });
  }
});
