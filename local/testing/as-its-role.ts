/** What a test's function or job is started with: on a server of ours it enters the database as its role, and not as who made it. */
import { databaseOf } from '../stores/databases.ts';

type Environment = Readonly<Record<string, string>>;

/** @param environment the superuser's, which is the test's own; another login is left as it is */
export function asItsRole(name: string, environment: Environment): Environment {
  const { DATABASE_URL = '' } = environment;
  if (!URL.canParse(DATABASE_URL) || new URL(DATABASE_URL).username !== 'postgres') return environment;
  return { ...environment, DATABASE_URL: databaseOf(name, DATABASE_URL) };
}
