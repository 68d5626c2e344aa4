// The other end of NodeAct: takes a line of JSON for the case, one for each turn and one for the check after it, and
// answers a line each.
import { createInterface } from 'node:readline';

// Steps of 1/64 of a power of two: every latency is within 1 %.
const STEPS = 64;

export class Latencies {
  counts = new Uint32Array(STEPS * 40);

  record(nanos) {
    this.counts[Math.round(Math.log2(Math.max(nanos, 1)) * STEPS)]++;
  }

  toJson() {
    const byNanos = {};
    this.counts.forEach((count, step) => {
      if (count > 0) byNanos[Math.round(2 ** (step / STEPS))] = count;
    });
    return byNanos;
  }
}

export const now = () => Number(process.hrtime.bigint());

// Performs with as many callers as the case has, each of which waits for its last operation. An operation that
// returns false is none: whoever completes it records it.
export async function playFreely(callers, entries, seconds, perform, settle = async () => {}) {
  const latencies = new Latencies();
  let failures = 0;
  let failure = null;
  const cpu = process.cpuUsage();
  const start = now();
  const end = start + seconds * 1e9;
  const call = async () => {
    for (let began = now(); began < end; ) {
      let timed = false;
      try {
        timed = (await perform(Math.floor(Math.random() * entries), latencies)) !== false;
      } catch (e) {
        failures++;
        failure ??= String(e);
      }
      const done = now();
      if (timed) latencies.record(done - began);
      began = done;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  await settle();
  const nanos = now() - start;
  const used = process.cpuUsage(cpu);
  return {
    nanos, cpuNanos: (used.user + used.system) * 1000, failures, failure, latencies: latencies.toJson(),
  };
}

// open(case) returns { play(seconds), check() }; who has nothing to check has no check.
export async function serve(open) {
  let act = null;
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const order = JSON.parse(line);
      if (order.check) {
        await act.check?.();
        answer = {};
      } else if (order.seconds === undefined) {
        act = await open(order);
        answer = {};
      } else {
        answer = { played: await act.play(order.seconds) };
      }
    } catch (e) {
      console.error(e);
      answer = { error: String(e) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
  process.exit(0);
}
