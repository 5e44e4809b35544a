/** Regenerates the tables in `docs/`; `test/docs.test.ts` fails where they differ from the code. */
import * as fs from 'node:fs';
import { generatedDocs } from './support/generated-docs';

for (const [file, text] of generatedDocs()) fs.writeFileSync(file, text);
