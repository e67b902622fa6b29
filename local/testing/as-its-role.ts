/** What a test's function or job is started with: on a server of ours it enters the database as its role, and not as who made it. */
import { catalogue } from '../../functions/catalogue.ts';
import { testDatabasesAt } from './owner.ts';

type Environment = Readonly<Record<string, string>>;

/** @param environment the superuser's, which is the test's own; another login is left as it is */
export function asItsRole(name: string, environment: Environment): Environment {
  const { DATABASE_URL = '' } = environment;
  if (!URL.canParse(DATABASE_URL) || new URL(DATABASE_URL).username !== 'postgres') return environment;
  const contract = catalogue.find(each => each.name === name);
  return contract
    ? { ...environment, DATABASE_URL: testDatabasesAt(DATABASE_URL)[contract.databaseRole] }
    : environment;
}
