/** A secret of Secret Manager with its value. */
import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret/index.js';
import { SecretManagerSecretVersion } from '@cdktf/provider-google/lib/secret-manager-secret-version/index.js';
import type { Construct } from 'constructs';
import { region } from '../addresses.ts';

/** `unseen` is in no plan and in no state; that there is another one, only its number tells. */
type Value = { readonly seen: string } | { readonly unseen: string; readonly number: number };

export function storedValue(scope: Construct, name: string, value: Value): void {
  const secret = new SecretManagerSecret(scope, name, {
    secretId: name,
    replication: { userManaged: { replicas: [{ location: region }] } },
  });
  new SecretManagerSecretVersion(scope, `${name}-value`, {
    secret: secret.id,
    ...('seen' in value
      ? { secretData: value.seen }
      : { secretDataWo: value.unseen, secretDataWoVersion: value.number }),
    // Whoever reads the newest finds one at any time; the older are disabled by hand (docs/operations/database-roles.md).
    // To make the new one first would be asked of all that the value names, too: of stores that have one name each.
    deletionPolicy: 'ABANDON',
  });
}
