import type { Config } from '../config/options.js';
import type { Reloadable } from '../ops/reload.js';
import { Access } from './access.js';
import { PublishTokens } from './publish-tokens.js';

/** What the files with secrets hold; undefined for a file that isn't asked for. */
export interface Secrets {
  /** User tokens. */
  readonly access: Access | undefined;
  readonly publishTokens: PublishTokens | undefined;
}

/** Opens the files with secrets. Rejects, in one line that names the option, if one is no good. */
export async function openSecrets({ authSecretFile, publishTokenFile }: Config): Promise<Secrets> {
  return {
    access: authSecretFile === undefined ? undefined : await Access.open(authSecretFile),
    publishTokens:
      publishTokenFile === undefined ? undefined : await PublishTokens.open(publishTokenFile),
  };
}

/** What of them can be read again. */
export function reloadableSecrets({ access, publishTokens }: Secrets): Reloadable[] {
  const reloadables: Reloadable[] = [];
  if (access) reloadables.push({ name: 'the secret of the tokens', reload: () => access.reload() });
  if (publishTokens) {
    reloadables.push({ name: 'the publish tokens', reload: () => publishTokens.reload() });
  }
  return reloadables;
}
