/** npm run sbom: .local/sbom/<function>.cdx.json, what would be in each image if it were built now. */
import { catalogue } from '../functions/catalogue.ts';
import { localFolder } from '../local/checkout.ts';
import { describeFailure } from '../local/failure.ts';
import { buildWhenStale } from '../local/fresh-build.ts';
import { letGo } from '../local/leash.ts';
import { writeBills } from './write-bills.ts';

try {
  await buildWhenStale();
  await writeBills(catalogue, `${localFolder}/sbom`);
  process.stdout.write(`${catalogue.length} bills of materials: .local/sbom\n`);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await letGo();
}
