// `paydesk serve` in a process of its own, on a port that the system chose.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

const START_SECONDS_MAX = 30;
const STOP_SECONDS_MAX = 25;
const LOG_CHARACTERS_MAX = 10_000;
const READY = /ready at (http:\/\/\S+)/;
const COLOURS = new Set(['FORCE_COLOR', 'TTY_COMPATIBLE']);
const LAST_LINE = 'Stop with Ctrl-C';

export async function startServer([program, ...words]) {
  const folder = await mkdtemp(join(tmpdir(), 'paydesk-'));
  const options = ['serve', '--port', '0', '--log-level', 'warning'];
  const database = `sqlite:///${join(folder, 'paydesk.db')}`;
  const child = spawn(program, [...words, ...options, '--database', database], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const url = await greeting(child);
  return {
    url,
    async stop() {
      process.removeListener('exit', end);
      await stop(child);
      await rm(folder, {recursive: true, force: true});
    },
  };
}

// Without settings that were meant for another Paydesk, or what would colour the greeting.
function environment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PAYDESK_') && !COLOURS.has(name),
  );
  return {...Object.fromEntries(kept), PYTHONUNBUFFERED: '1', COLUMNS: '200'};
}

async function greeting(child) {
  let log = '';
  child.stderr.on('data', (text) => {
    log = (log + text).slice(-LOG_CHARACTERS_MAX);
  });
  let failure;
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
  });
  const watchdog = setTimeout(() => child.kill('SIGKILL'), START_SECONDS_MAX * 1000);
  let url = '';
  try {
    for await (const line of createInterface({input: child.stdout})) {
      url = READY.exec(line)?.[1] ?? url;
      if (line.includes(LAST_LINE)) {
        child.stdout.resume();
        return url;
      }
    }
  } finally {
    clearTimeout(watchdog);
  }
  await ended;
  throw new Error(`Paydesk did not start: ${reason(child, failure, log)}`, {cause: failure});
}

function reason({spawnfile}, failure, log) {
  if (failure?.code === 'ENOENT') {
    return (
      `there is no program \`${spawnfile}\` in PATH. Install Paydesk, activate its virtual ` +
      'environment, or say where it is: start({command: "/path/to/paydesk"}).'
    );
  }
  return failure?.message ?? (log || `\`${spawnfile}\` ended and said nothing.`);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const watchdog = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS_MAX * 1000);
  await ended;
  clearTimeout(watchdog);
}
