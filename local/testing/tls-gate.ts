/** A gate behind which a server is that speaks TLS only, with a certificate of an authority of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { TLSSocket } from 'node:tls';
import { Failure, lastLines } from '../failure.ts';
import { runProgram } from '../run-program.ts';
import { type Gate, gateTo } from './gate.ts';

export interface Certificate {
  readonly key: string;
  /** Signed by itself: it is its own authority. */
  readonly cert: string;
}

/** @throws {Failure} without openssl */
export async function newCertificate(): Promise<Certificate> {
  const folder = mkdtempSync(`${tmpdir()}/certificate-`);
  try {
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=a-store'];
    const { ok, output } = await runProgram('openssl', [...request, '-keyout', 'key', '-out', 'cert'], { cwd: folder });
    if (!ok) throw new Failure('making a certificate', lastLines(output, 3), 'install openssl');
    return { key: readFileSync(`${folder}/key`, 'utf8'), cert: readFileSync(`${folder}/cert`, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** From the first byte on, as Redis has it. */
export function redisTlsGate(serverUrl: string, certificate: Certificate): Promise<Gate> {
  return gateTo(serverUrl, (client, server) => encrypted(client, server, certificate));
}

/** When it was asked for, as PostgreSQL has it; who asks for nothing is hung up on. */
export function postgresqlTlsGate(serverUrl: string, certificate: Certificate): Promise<Gate> {
  return gateTo(serverUrl, (client, server) => {
    client.once('data', request => {
      if (!request.equals(sslRequest)) return void client.destroy();
      client.write('S');
      encrypted(client, server, certificate);
    });
  });
}

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

function encrypted(client: Socket, server: Socket, certificate: Certificate): void {
  const secure = new TLSSocket(client, { isServer: true, ...certificate });
  secure.on('error', () => void server.destroy()); // told to the client, too
  secure.pipe(server).pipe(secure);
}
