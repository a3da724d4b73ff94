import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top. */
export const repository = fileURLToPath(new URL('../../../../../', import.meta.url));

/** Where dirty, dirty-worker and the plugins are: `$DIRTY_BIN_DIR`, or what `swift build` made. */
export const binaries = process.env.DIRTY_BIN_DIR ?? path.join(repository, '.build/debug');

/** The conformance cases. */
export const conformance = path.join(repository, 'Tests/Conformance');
