/**
 * Who logs in to a server of PostgreSQL, with passwords that are in no state and no plan: made anew in each run, they are
 * used only when the environment's number of them is raised.
 */
import { SqlDatabase } from '@cdktf/provider-google/lib/sql-database/index.js';
import type { SqlDatabaseInstance } from '@cdktf/provider-google/lib/sql-database-instance/index.js';
import { SqlUser } from '@cdktf/provider-google/lib/sql-user/index.js';
import { Fn, TerraformLocal } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import type { Login } from '../logins.ts';
import { secretName } from '../names.ts';
import { storedValue } from './stored-value.ts';

export function databaseLogins(
  scope: Construct,
  id: string,
  { postgresql: { passwords: number } }: Environment,
  { instance, database, logins }: { instance: SqlDatabaseInstance; database: string; logins: readonly Login[] },
): void {
  // Every server has `postgres`.
  if (database !== 'postgres')
    new SqlDatabase(scope, `${id}-database`, { name: database, instance: instance.name, deletionPolicy: 'ABANDON' });

  // With a new password comes a new login: until the last pod reads the new URL, the old one is good.
  const loginOf = (user: string, madeBy: Login['madeBy']) => (madeBy === 'migrate' ? `${user}_${number}` : user);

  for (const { secret, user, madeBy } of logins) {
    // 122 random bits. As a local, a run has one for both who need it.
    const password = new TerraformLocal(scope, `${secret}-password`, Fn.sensitive(Fn.uuid())).asString;
    if (madeBy === 'google')
      new SqlUser(scope, `${id}-${user}`.replaceAll('_', '-'), {
        name: user,
        instance: instance.name,
        passwordWo: password,
        passwordWoVersion: number,
        // It owns the tables: they would have to go first.
        deletionPolicy: 'ABANDON',
      });
    storedValue(scope, secretName(secret), {
      unseen: `postgresql://${loginOf(user, madeBy)}:${password}@${instance.privateIpAddress}:5432/${database}?sslmode=require`,
      number,
    });
  }
}
