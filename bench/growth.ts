/** npm run growth: what ends first as the load grows, computed from what the pages say was measured: docs/scaling/README.md. */
import { endedAt, factors, growthTable } from '../knative/documented-growth.ts';

process.stdout.write(`${growthTable}\n\n`);
for (const factor of factors) {
  const ended = endedAt(factor);
  process.stdout.write(`${factor}×: ${ended.length > 0 ? ended.join(', ') : 'nothing'}\n`);
}
