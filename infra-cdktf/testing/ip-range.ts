/** A range of IPv4 addresses in CIDR notation, as numbers. */
export interface IpRange {
  readonly first: number;
  readonly last: number;
}

/** @returns undefined unless it is one, with nothing set in its host's part */
export function ipRange(cidr: string): IpRange | undefined {
  const [, address = '', length = ''] = /^([\d.]+)\/(\d+)$/.exec(cidr) ?? [];
  const octets = address.split('.').map(Number);
  const size = 2 ** (32 - Number(length));
  if (octets.length !== 4 || octets.some(octet => octet > 255) || Number(length) > 32) return undefined;
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

export function contains(outer: IpRange, inner: IpRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function meet(one: IpRange, other: IpRange): boolean {
  return one.first <= other.last && other.first <= one.last;
}
