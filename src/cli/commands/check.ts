import { Command } from 'commander';
import type { Flags } from '../settings.js';
import { addServeOptions } from './add-serve-options.js';

/** Declares `tickchat check`. */
export function checkCommand(): Command {
  return addServeOptions(
    new Command('check')
      .description('Check and print the settings that serve would use; opens no port.')
      .allowExcessArguments(false)
      .action(async (flags: Flags) => (await import('../check.js')).check(flags)),
  );
}
