import type { Api } from './api.ts';

/**
 * A metric of a function now: the sum of what has this name and, when it is given, this label; 0 when there is none.
 *
 * @param label such as `outcome="error"`
 */
export async function metric(api: Api, functionName: string, name: string, label = ''): Promise<number> {
  const text = await exposition(api, functionName);
  const lines = text.split('\n').filter(line => line.startsWith(`${name}{`) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** All metrics of a function, as Prometheus would read them. */
export async function exposition(api: Api, functionName: string): Promise<string> {
  return (await fetch(await api.metricsUrl(functionName))).text();
}
