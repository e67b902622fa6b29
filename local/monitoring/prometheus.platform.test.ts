import { expect, test } from 'vitest';
import { startPrometheus } from './prometheus.ts';

test('it asks the targets it is given, and is gone afterwards', async () => {
  const nobody = { job_name: 'nobody', static_configs: [{ targets: ['localhost:1'] }] };
  let url: string;
  {
    await using prometheus = await startPrometheus({ global: { scrape_interval: '1s' }, scrape_configs: [nobody] });
    url = prometheus.url;
    const up = () => fetch(`${url}/api/v1/query?query=up`).then(answer => answer.json());
    await expect.poll(up, { timeout: 20_000 }).toMatchObject({ data: { result: [{ metric: { job: 'nobody' } }] } });
  }
  await expect(fetch(url)).rejects.toThrow();
});
