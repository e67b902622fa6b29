/** Which addresses are whose, in every environment. None of them meets another. */

export const region = 'asia-southeast2';

/** The network's own range (RFC 1918), and what it is divided into. */
export const vpc = {
  range: '10.0.0.0/20',
  nodes: '10.0.0.0/22',
  controlPlane: '10.0.4.0/28',
} as const;

/** Beside it, for what runs on the nodes: a /24 for each node, which is 64 of them. */
export const pods = { name: 'pods', range: '10.4.0.0/18' } as const;
export const services = { name: 'services', range: '10.5.0.0/20' } as const;

/** Cloud SQL and Memorystore, in a network of Google's that is peered with ours (private services access). */
export const stores = { name: 'stores', first: '10.1.0.0', length: 20 } as const;
export const storesRange = `${stores.first}/${stores.length}`;

/** Memorystore's, where connections are encrypted. */
export const redisPort = 6_378;
