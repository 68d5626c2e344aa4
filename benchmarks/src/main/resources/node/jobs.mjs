// BullMQ on ioredis.
import { Queue, Worker } from 'bullmq';
import { now, playFreely, serve } from './contestant.mjs';

const BATCH = 100;
const WORKERS = 8;
const ADDERS = 50;

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

class Gate {
  held = 0;
  openedAt = 0;
  #waiting = [];
  #open = false;

  open() {
    if (this.#open) return;
    this.#open = true;
    this.openedAt = now();
    this.#waiting.splice(0).forEach((pass) => pass());
  }

  close() {
    this.#open = false;
  }

  async pass() {
    if (this.#open) return;
    this.held++;
    await new Promise((pass) => this.#waiting.push(pass));
    this.held--;
  }
}

await serve(async ({ operation, callers, entries, port, database }) => {
  const connection = { port, host: '127.0.0.1', db: database, maxRetriesPerRequest: null };
  const queue = new Queue('jobs', {
    connection, defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  await queue.waitUntilReady();
  const begun = new Map();
  let enqueued = 0;
  const add = (number = ++enqueued) => queue.add('job', { number });
  const begin = () => {
    begun.set(++enqueued, now());
    return add(enqueued);
  };
  const addAll = (count) => Promise.all(Array.from({ length: count }, () => add()));
  const checkWaiting = async () => {
    const waiting = await queue.count();
    if (waiting !== enqueued) throw new Error(`${enqueued} were enqueued, ${waiting} are waiting`);
  };
  const end = (job) => {
    const began = begun.get(job.data.number);
    if (began === undefined) throw new Error(`job ${job.data.number} was run twice`);
    begun.delete(job.data.number);
    return began;
  };

  if (operation.startsWith('enqueue')) {
    await addAll(entries);
    const perform = operation === 'enqueue' ? () => add() : () => addAll(BATCH);
    return {
      play: (seconds) => playFreely(callers, entries, seconds, perform),
      check: checkWaiting,
    };
  }

  let latencies = null;
  let twice = null;
  const workWith = async (handler) => {
    const worker = new Worker('jobs', (job) => handler(job), { connection, concurrency: WORKERS });
    worker.on('failed', (job, error) => (twice ??= error));
    await worker.waitUntilReady();
  };
  const check = async () => {
    if (twice) throw twice;
    const { wait = 0, active = 0 } = await queue.getJobCounts('wait', 'active');
    if (wait + active > entries + WORKERS + ADDERS) throw new Error(`${wait + active} jobs are left`);
  };

  if (operation === 'process') {
    const gate = new Gate();
    const idle = [];
    let done = 0;
    await Promise.all(Array.from({ length: entries }, begin));
    await workWith(async (job) => {
      await gate.pass();
      latencies.record(now() - Math.max(end(job), gate.openedAt));
      const adder = idle.shift();
      if (adder) adder();
      else done++;
    });
    while (gate.held < WORKERS) await pause(10);
    const perform = async (number, current) => {
      latencies = current;
      gate.open();
      if (done > 0) done--;
      else await new Promise((resolve) => idle.push(resolve));
      await begin();
      return false;
    };
    return {
      play: (seconds) =>
        playFreely(ADDERS, entries, seconds, perform, async () => gate.close()),
      check,
    };
  }

  let started = null;
  await workWith(async (job) => {
    latencies.record(now() - end(job));
    started();
  });
  const perform = async (number, current) => {
    latencies = current;
    const start = new Promise((resolve) => (started = resolve));
    await begin();
    await start;
    await pause(2);
    return false;
  };
  return { play: (seconds) => playFreely(callers, entries, seconds, perform), check };
});
