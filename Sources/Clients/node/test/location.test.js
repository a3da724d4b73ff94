import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { distrust, socketCandidates } from '../src/location.js';

const paths = (socketPath, environment) => socketCandidates(socketPath, environment, 7).map(({ path }) => path);

test('a named socket is the only candidate', () => {
    const environment = { DIRTY_SOCKET: '/from/environment', XDG_RUNTIME_DIR: '/run/user/7' };
    assert.deepEqual(paths('/given', environment), ['/given']);
    assert.deepEqual(paths(undefined, environment), ['/from/environment']);
});

test('without a name the usual places are tried in order', () => {
    assert.deepEqual(paths(undefined, { RUNTIME_DIRECTORY: '/run/a:/run/b', XDG_RUNTIME_DIR: '/run/user/7' }), [
        '/run/a/dirty.sock',
        '/run/user/7/dirty/dirty.sock',
        '/tmp/dirty-7/dirty.sock',
    ]);
    assert.deepEqual(paths(undefined, { DIRTY_SOCKET: '' }), ['/tmp/dirty-7/dirty.sock']);
});

test('a socket that nobody named is trusted only where nobody else can put one', async (t) => {
    const top = await mkdtemp(path.join(tmpdir(), 'dirty-location-'));
    t.after(() => rm(top, { recursive: true }));
    const directory = path.join(top, 'dirty');
    await mkdir(directory, { mode: 0o700 });
    await symlink(directory, path.join(top, 'link'));
    const judge = (name, userID = process.getuid()) =>
        distrust({ path: path.join(top, name, 'dirty.sock'), isNamed: false }, userID);

    assert.equal(await judge('dirty'), undefined);
    assert.match(await judge('link'), /no directory/);
    assert.match(await judge('absent'), /no such socket/);
    await chmod(directory, 0o777);
    assert.match(await judge('dirty'), /written by others/);
    assert.equal(await distrust({ path: path.join(directory, 'dirty.sock'), isNamed: true }), undefined);
});
