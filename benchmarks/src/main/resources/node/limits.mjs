// rate-limiter-flexible on ioredis.
import Redis from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { playFreely, serve } from './contestant.mjs';

const allowedBy = async (limiter, key) => {
  try {
    await limiter.consume(key);
    return true;
  } catch (denied) {
    if (denied instanceof Error) throw denied;
    return false;
  }
};

async function requireExactness(limiter) {
  let allowed = 0;
  for (let i = 0; i < 15; i++) if (await allowedBy(limiter, 'exact')) allowed++;
  if (allowed !== 10) throw new Error(`of a limit of 10, ${allowed} were allowed`);
}

await serve(async ({ operation, callers, entries, port, database, options }) => {
  const redis = new Redis({
    port, host: '127.0.0.1', db: database, enableAutoPipelining: options.pipelining === 'true',
  });
  const expected = operation.startsWith('allowed');
  const limiterOf = (points, duration) => new RateLimiterRedis({
    storeClient: redis, keyPrefix: 'limit', points, duration,
    ...(options.blocking === 'true' ? { inMemoryBlockOnConsumed: points + 1 } : {}),
  });
  await requireExactness(limiterOf(10, 3600));
  const limiter = expected ? limiterOf(10_000_000, 10) : limiterOf(1, 3600);
  for (let i = 0; i < entries; i++) {
    if (!(await allowedBy(limiter, `client:${i}`))) throw new Error('the first call was denied');
  }
  return {
    play: (seconds) => playFreely(callers, entries, seconds, async (number) => {
      const allowed = await allowedBy(limiter, `client:${number}`);
      if (allowed !== expected) throw new Error(`allowed: ${allowed}`);
    }),
  };
});
