import { Option as Flag, type Command } from 'commander';
import { SERVE_OPTIONS, type Option } from '../../server/config/options.js';

/** Adds the options of `serve` to a command, from the option table. */
export function addServeOptions(command: Command): Command {
  for (const row of Object.values<Option<unknown>>(SERVE_OPTIONS)) {
    command.addOption(
      new Flag(row.flags, `${row.help} (default: ${row.default ?? row.whenUnset})`),
    );
  }
  return command.addHelpText(
    'after',
    '\nThe environment or .env can set each option too: --tick is TICKCHAT_TICK.',
  );
}
