import type { Api } from './api.ts';

/**
 * A metric of a function now: the sum of what has this name and, when it is given, this label; 0 when there is none.
 *
 * @param label such as `outcome="error"`
 */
export async function metric(api: Api, functionName: string, name: string, label = ''): Promise<number> {
  const exposition = await (await fetch(await api.metricsUrl(functionName))).text();
  const lines = exposition.split('\n').filter(line => line.startsWith(`${name}{`) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
