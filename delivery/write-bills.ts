/** The bills of materials of functions, a file each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Contract } from '../lib/http/contract.ts';
import { billsOfMaterials } from './bill-of-materials.ts';

/** As CycloneDX has its files named, and scanners know them by. */
export async function writeBills(contracts: readonly Contract[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const bill = await billsOfMaterials();
  for (const contract of contracts)
    writeFileSync(`${folder}/${contract.name}.cdx.json`, `${JSON.stringify(bill(contract), null, 2)}\n`);
}
