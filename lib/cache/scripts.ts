/**
 * The protocol's steps inside Redis, each atomic. A key holds `E<version> <rendering> <body>` or `N<version>`, an entry,
 * or `P<floor>[ <lease>]`, a pending mark: nothing older than the floor may come in, and the lease's owner is loading.
 *
 * They are sent as plain EVAL: a script without flags still runs when Redis is full, and only its SET is refused.
 */
import type { Command } from '../stores/redis.ts';
import { type Entry, encode, type Rendering, unknown } from './entry.ts';

/** How long a lease stands, and a floor without one: longer than a put that is not late can be on its way. */
const PENDING_MS = 3_000;
/** A put older than this might meet a key that has already forgotten what came after it. */
export const LATE_MS = 1_000;
/** A floor inside a lease ends with it; with less than this left it would not outlive LATE_MS. */
const LEASE_LEFT_MS = 1_500;
/** What the truth does not know may be made known by a writer whose put is lost. */
const UNKNOWN_MS = 5_000;

const common = `
-- E, N, P or nil; the version or floor; the lease of a pending mark or ''; the rendering of an entry or ''
local function look(key)
  local kind, version, word = string.match(redis.call('GETRANGE', key, 0, 99), '^(%u)(%d+) ?([%w-]*)')
  return kind, version or '0', kind == 'P' and word or '', kind == 'E' and word or ''
end

-- a value that a full Redis refuses must not leave an older one behind
local function write(key, ...)
  if not redis.pcall('SET', key, ...).err then return true end
  redis.call('UNLINK', key)
  return false
end

-- drops what is older than the version and keeps it out; false when Redis is too full to keep it out
local function raise(key, version)
  local kind, standing, lease = look(key)
  if tonumber(standing) >= tonumber(version) then return true end
  if lease ~= '' and redis.call('PTTL', key) >= ${LEASE_LEFT_MS} then
    return write(key, 'P' .. version .. ' ' .. lease, 'KEEPTTL')
  end
  return write(key, 'P' .. version, 'PX', ${PENDING_MS})
end
`;

const leaseScript = `${common}
local key, token, mine = KEYS[1], ARGV[1], ARGV[2]
local kind, floor, lease, rendering = look(key)
if kind == 'N' or lease ~= '' or (kind == 'E' and rendering == mine) then return redis.call('GET', key) end
local mark = 'P' .. floor .. ' ' .. token
return not redis.pcall('SET', key, mark, 'PX', ${PENDING_MS}).err and mark
`;

const fillScript = `${common}
local key, token, version, value, ttl = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local kind, floor, lease = look(key)
if lease == token and tonumber(version) >= tonumber(floor) then
  return write(key, value, 'PX', ttl) and 'stored' or 'dropped'
end
return raise(key, version) and 'raised' or 'dropped'
`;

const releaseScript = `${common}
local key, token = KEYS[1], ARGV[1]
local kind, floor, lease = look(key)
if lease ~= token then return 'kept' end
if floor == '0' then redis.call('UNLINK', key) else write(key, 'P' .. floor, 'PX', ${PENDING_MS}) end
return 'released'
`;

const putScript = `${common}
local key, version, value, ttl, began = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local time = redis.call('TIME')
local age = time[1] * 1000 + time[2] / 1000 - began
if age < 0 or age > ${LATE_MS} then return raise(key, version) and 'raised' or 'dropped' end
local kind, standing = look(key)
if tonumber(standing) > tonumber(version) then return 'refused' end
return write(key, value, 'PX', ttl) and 'stored' or 'dropped'
`;

const raiseScript = `${common}
local kept = true
for i, key in ipairs(KEYS) do kept = raise(key, ARGV[i]) and kept end
return kept and 'raised' or 'dropped'
`;

/** How a process stores: what its bodies are, and for how long. */
export interface Storing {
  readonly rendering: Rendering;
  readonly ttlMs: number;
}

/** A plain GET: all that a hit takes. */
export function get(key: string): Command {
  return ['get', key];
}

/**
 * Asks for the lease; an entry of another rendering gives way to it, and leaves its version as the floor. Replies what the
 * key holds then: an entry, a pending mark; nothing when Redis is too full.
 */
export function lease(key: string, token: string, rendering: Rendering): Command {
  return ['eval', leaseScript, 1, key, token, rendering];
}

/** Brings in what was loaded under the lease: `stored` when the lease stands and nothing newer is known. */
export function fill(key: string, token: string, entry: Entry, { rendering, ttlMs }: Storing): Command {
  return ['eval', fillScript, 1, key, token, entry.version, encode(entry, rendering), lifetime(entry, ttlMs)];
}

/** Gives the lease back, so that nobody waits for it; its floor stays. */
export function release(key: string, token: string): Command {
  return ['eval', releaseScript, 1, key, token];
}

/**
 * Brings in what was just committed, over a lease, too; `refused` when something newer is known.
 *
 * @param began Redis's time, or earlier, at which the statement began; long ago the put becomes a raise
 */
export function put(key: string, entry: Entry, { rendering, ttlMs }: Storing, began: number): Command {
  return ['eval', putScript, 1, key, entry.version, encode(entry, rendering), lifetime(entry, ttlMs), began];
}

/** Raises the floors: drops what is older and keeps it out; `dropped` when a key was too full for the latter. */
export function raise(floors: readonly { readonly key: string; readonly version: number }[]): Command {
  return ['eval', raiseScript, floors.length, ...floors.map(({ key }) => key), ...floors.map(floor => floor.version)];
}

function lifetime(entry: Entry, ttlMs: number): number {
  return entry.version === unknown.version ? Math.min(UNKNOWN_MS, ttlMs) : ttlMs;
}
