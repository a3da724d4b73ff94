import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top. */
export const repository = fileURLToPath(new URL('../../../../../', import.meta.url));

/** Where dirty, dirty-worker and the plugins are: `$DIRTYHOST_BIN`, or what `swift build` made. */
export const binaries = process.env.DIRTYHOST_BIN ?? path.join(repository, '.build/debug');

/** The conformance cases. */
export const conformance = path.join(repository, 'Tests/Conformance');
