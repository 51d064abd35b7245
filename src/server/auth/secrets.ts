import type { Config } from '../config/options.js';
import type { Reloadable } from '../config/reload.js';
import { OPEN_ACCESS, TokenAccess, type Access } from './access.js';
import { NO_PUBLISH_TOKENS, PublishTokenFile, type PublishTokens } from './publish-tokens.js';

/** Contents of the secret files. */
export interface Secrets {
  readonly access: Access;
  readonly publishTokens: PublishTokens;
  /** The files that are read again on SIGHUP. */
  readonly reloadables: readonly Reloadable[];
}

/** Opens the secret files. Rejects with one line that names the option if a file is invalid. */
export async function openSecrets({ authSecretFile, publishTokenFile }: Config): Promise<Secrets> {
  const reloadables: Reloadable[] = [];
  let access = OPEN_ACCESS;
  if (authSecretFile !== undefined) {
    const byToken = await TokenAccess.open(authSecretFile);
    reloadables.push({ name: 'the secret of the tokens', reload: () => byToken.reload() });
    access = byToken;
  }
  let publishTokens = NO_PUBLISH_TOKENS;
  if (publishTokenFile !== undefined) {
    const file = await PublishTokenFile.open(publishTokenFile);
    reloadables.push({ name: 'the publish tokens', reload: () => file.reload() });
    publishTokens = file;
  }
  return { access, publishTokens, reloadables };
}
