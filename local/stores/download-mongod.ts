/** Downloads a mongod into the folder it is given: a process of its own, so that a download that hangs can be ended. */
import { MongoBinary } from 'mongodb-memory-server-core';

const [folder = '', version = ''] = process.argv.slice(2);
try {
  await MongoBinary.getPath({ version, downloadDir: folder });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
